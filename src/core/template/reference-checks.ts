/**
 * References in a template's steps: a result may be read only of a step that certainly comes before, that is, of a
 * dependency, direct or through others.
 */
import { didYouMean } from '../near-names.js'
import type { Reference } from '../reference.js'
import type { StepDefinition } from '../step.js'
import { placeOf } from '../validation/findings.js'
import { namesOfResults } from '../validation/references.js'
import type { Unit } from '../validation/units.js'
import { precedingSteps } from './ancestry.js'
import { authoredPath, type StepUnits } from './configuration-checks.js'
import type { TemplateProblem } from './problem.js'

/** `knowsItems`: whether the handlers are known, without which nobody can tell where `${item}` has a meaning. */
export const referenceProblems = (
  steps: ReadonlyArray<StepUnits>,
  knowsItems: boolean,
): ReadonlyArray<TemplateProblem> => {
  const byName = new Map(steps.map(({ definition }) => [definition.name, definition]))
  return steps.flatMap(({ definition, units }) => {
    const texts = units.flatMap((unit) => unit.texts.map((text) => ({ ...text, unit })))
    const named = units.flatMap((unit) => namesOfResults(unit).map((name) => ({ ...name, unit })))
    if (texts.length + named.length === 0) return []
    const before = precedingSteps(byName, definition.name)
    const dangling = (unit: Unit, path: ReadonlyArray<string>, message: string | undefined) =>
      message === undefined
        ? []
        : [{ code: 'dangling_reference' as const, path: authoredPath(placeOf(unit.place, ...path)), message }]
    const fromNames = named.flatMap(({ path, value: name, unit }) =>
      dangling(unit, path, against({ root: 'steps', name }, definition, before, byName, false)),
    )
    const fromTexts = texts.flatMap(({ path, segments, unit }) =>
      segments.flatMap((segment): ReadonlyArray<TemplateProblem> => {
        if (segment.kind === 'text') return []
        const message =
          segment.kind === 'problem'
            ? segment.problem
            : against(segment.reference, definition, before, byName, unit.hasItem || !knowsItems)
        return dangling(unit, path, message)
      }),
    )
    return [...fromTexts, ...fromNames]
  })
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
  if (step.name.includes('~')) return `"${reference.name}" need not have run before the step that this undoes`
  return byName.has(reference.name)
    ? `"${reference.name}" need not be done when "${step.name}" starts; add it to the dependencies`
    : `there is no step "${reference.name}"${didYouMean(reference.name, before)}`
}
