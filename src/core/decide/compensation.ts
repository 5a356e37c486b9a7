/**
 * A saga's way back: for each completed step that says how it is undone, a step that undoes it, in reverse order of
 * completion, one after the other. One that fails for good does not keep the earlier ones from being undone.
 */
import { nodeAt, type TaskState } from '../state.js'
import { type Compensation, isCatalogHandler, type StepDefinition } from '../step.js'
import type { Emitter } from './emit.js'
import { materialize } from './materialize.js'

export const planCompensations = (state: TaskState, to: Emitter): void => {
  const steps: StepDefinition[] = []
  for (const id of state.undoable.toReversed()) {
    const { definition, state: step } = nodeAt(state, id)
    const compensation = state.phase.kind === 'cancelled' ? definition.onCancel : definition.onFailure
    if (compensation === undefined || step.kind !== 'complete') continue
    steps.push(undo(definition.name, compensation, steps.at(-1)?.name))
  }
  if (steps.length === 0) return
  materialize(to, { origin: 'compensation', by: null, decidedBy: state.lastEvent, steps, causation: state.lastEvent })
}

/** A `~` stands in no name that people or models write. */
export const compensationOf = (step: string): string => `${step}~compensation`

const undo = (step: string, { handler, ...rest }: Compensation, after: string | undefined): StepDefinition => ({
  name: compensationOf(step),
  handler,
  // What the catalog's handlers take is their own; they read what they undo by references.
  ...(isCatalogHandler(handler) ? {} : { inputs: { step, result: `\${steps.${step}.result}` } }),
  ...rest,
  // A convergence that tolerates failures keeps the order without passing on what went wrong.
  ...(after === undefined
    ? { type: 'standard', dependencies: [] }
    : { type: 'deferred_convergence', dependencies: [after], tolerateFailures: true }),
})
