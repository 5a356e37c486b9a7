/**
 * References in a template's steps: a result may be read only of a step that certainly comes before, that is, of a
 * dependency, direct or through others.
 */
import type { Vocabulary } from '../capability.js'
import type { JsonObject } from '../json.js'
import { didYouMean } from '../near-names.js'
import { type Reference, referencesIn } from '../reference.js'
import type { StepDefinition } from '../step.js'
import { precedingSteps } from './ancestry.js'
import type { PlacedStep } from './normal-form.js'
import type { TemplateProblem } from './problem.js'

export const referenceProblems = (
  steps: ReadonlyArray<PlacedStep>,
  vocabulary: Vocabulary | undefined,
): ReadonlyArray<TemplateProblem> => {
  const byName = new Map(steps.map(({ definition }) => [definition.name, definition]))
  return steps.flatMap(({ definition, path }) => {
    const nested = vocabulary?.capabilities.get(definition.handler)?.fields.nested ?? []
    const hasItem = (at: ReadonlyArray<string>): boolean =>
      definition.type === 'batch_worker' ||
      nested.some(({ config }) => at[0] === config || at.join('.').startsWith(`${config}.`))
    return [
      ...problemsIn(definition, definition.config, `${path}.handler.initialization`, byName, hasItem),
      ...problemsIn(definition, definition.inputs, `${path}.inputs`, byName, () => definition.type === 'batch_worker'),
    ]
  })
}

const problemsIn = (
  step: StepDefinition,
  value: JsonObject | undefined,
  at: string,
  byName: ReadonlyMap<string, StepDefinition>,
  hasItem: (path: ReadonlyArray<string>) => boolean,
): ReadonlyArray<TemplateProblem> => {
  if (value === undefined) return []
  const placed = referencesIn(value)
  if (placed.length === 0) return []
  const before = precedingSteps(byName, step.name)
  return placed.flatMap(({ path, segments }) =>
    segments.flatMap((segment): ReadonlyArray<TemplateProblem> => {
      if (segment.kind === 'text') return []
      const message =
        segment.kind === 'problem' ? segment.problem : against(segment.reference, step, before, byName, hasItem(path))
      return message === undefined ? [] : [{ code: 'dangling_reference', path: [at, ...path].join('.'), message }]
    }),
  )
}

const against = (
  reference: Reference,
  step: StepDefinition,
  before: ReadonlySet<string>,
  byName: ReadonlyMap<string, StepDefinition>,
  hasItem: boolean,
): string | undefined => {
  if (reference.root === 'item') {
    return hasItem ? undefined : `there is no item here; \${item} stands in a batch_worker and in what a fan-out runs`
  }
  if (reference.root !== 'steps' || before.has(reference.name)) return undefined
  return byName.has(reference.name)
    ? `"${reference.name}" need not be done when "${step.name}" starts; add it to the dependencies`
    : `there is no step "${reference.name}"${didYouMean(reference.name, before)}`
}
