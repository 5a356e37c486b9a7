/**
 * What is wrong with the handlers that undo steps. Each is held against the same checks as a step, as one that depends
 * on the step it undoes; only the places differ, for a compensation is written as one block.
 */
import type { Vocabulary } from '../capability.js'
import { isCatalogHandler } from '../step.js'
import { COMPENSATION_KEYS } from './compensations.js'
import { handlerProblems } from './handler-checks.js'
import type { PlacedStep } from './normal-form.js'
import type { TemplateProblem } from './problem.js'

/** Each compensation as the step that it will be. */
export const compensationSteps = (steps: ReadonlyArray<PlacedStep>): ReadonlyArray<PlacedStep> =>
  steps.flatMap((step) =>
    COMPENSATION_KEYS.flatMap((key): ReadonlyArray<PlacedStep> => {
      const { onFailure, onCancel, name } = step.definition
      const compensation = key === 'on_failure' ? onFailure : onCancel
      if (compensation === undefined) return []
      const definition = { ...compensation, name: `${name}~${key}`, type: 'standard', dependencies: [name] } as const
      return [{ ...step, definition, path: `${step.path}.${key}` }]
    }),
  )

export const compensationProblems = (
  steps: ReadonlyArray<PlacedStep>,
  vocabulary: Vocabulary | undefined,
): ReadonlyArray<TemplateProblem> => [
  ...handlerProblems(steps, vocabulary).map((problem) => ({ ...problem, path: asWritten(problem.path) })),
  ...steps.flatMap((step) => inputProblems(step, vocabulary)),
]

/** `….on_failure.handler.callable` is written `….on_failure.callable`, and a step's type is its handler's there. */
const asWritten = (path: string): string => path.replace('.handler.', '.').replace(/\.(step_)?type$/, '.callable')

/** A handler of the user's is given what it undoes; one of the catalog reads it by references. */
const inputProblems = (
  { definition, path }: PlacedStep,
  vocabulary: Vocabulary | undefined,
): ReadonlyArray<TemplateProblem> => {
  const inputs = vocabulary?.capabilities.get(definition.handler)?.inputs
  if (inputs === undefined || isCatalogHandler(definition.handler) || inputs.additionalProperties !== false) return []
  const known = Object.keys(
    typeof inputs.properties === 'object' && inputs.properties !== null ? inputs.properties : {},
  )
  if (known.includes('step') && known.includes('result')) return []
  const message = `${definition.handler} does not take the inputs step and result, which say what is to be undone`
  return [{ code: 'invalid_config', path: `${path}.callable`, message }]
}
