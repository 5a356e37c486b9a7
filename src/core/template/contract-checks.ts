/**
 * Contracts of a template's own steps: what one step's result can hold is what the next one needs, by the same check that
 * a fragment passes. What the author writes of the task's input and of a step's result is known here, too.
 */
import type { Vocabulary } from '../capability.js'
import type { JsonObject } from '../json.js'
import { isCatalogHandler } from '../step.js'
import { componentsOf } from '../validation/components.js'
import { contractFindings } from '../validation/contracts.js'
import type { Resolved } from '../validation/proposal.js'
import { problemOf, type StepUnits } from './configuration-checks.js'
import type { TemplateProblem } from './problem.js'

export const contractProblems = (
  steps: ReadonlyArray<StepUnits>,
  vocabulary: Vocabulary,
  inputSchema: JsonObject | undefined,
): ReadonlyArray<TemplateProblem> => {
  const ids = new Map<string, number>()
  for (const [id, { definition }] of steps.entries()) if (!ids.has(definition.name)) ids.set(definition.name, id)
  const resolve = (name: string): Resolved => {
    const id = ids.get(name)
    return id === undefined ? { kind: 'unknown' } : { kind: 'fragment', id }
  }
  const dependenciesOf = (id: number): ReadonlyArray<number> =>
    (steps[id]?.definition.dependencies ?? []).flatMap((name) => ids.get(name) ?? [])
  return contractFindings({
    steps: steps.map(({ definition, units }) => ({
      type: definition.type,
      capability: vocabulary.capabilities.get(definition.handler),
      promised: definition.resultSchema,
      units: isGivenWhatItUndoes(definition) ? units.filter(({ kind }) => kind !== 'inputs') : units,
    })),
    order: { components: componentsOf(steps.length, dependenciesOf) },
    resolve,
    frame: { names: new Map() },
    vocabulary,
    input: inputSchema,
  }).map(problemOf)
}

/** A compensation of the user's gets its inputs from the system; nobody writes them. */
const isGivenWhatItUndoes = ({ name, handler }: StepUnits['definition']): boolean =>
  name.includes('~') && !isCatalogHandler(handler)
