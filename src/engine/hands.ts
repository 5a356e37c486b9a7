/**
 * Hands on tasks: what a person does to one, each with a name and a reason. What makes no sense is refused by
 * `TaskRefused` with the core's code, and nothing has happened then.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Json } from '../core/json.js'
import { findNode } from '../core/state.js'
import type { StepDefinition } from '../core/step.js'
import type { Clock } from '../ports/clock.js'
import type { Asking } from './asking.js'
import { type By, type Change, handledAs, personOf } from './change.js'
import { newId, streamOf } from './ids.js'
import { refusedBy, taskUnknown } from './task-refused.js'

export interface Hands {
  /** Makes one change to one task. */
  change(taskId: string, change: Change, by: By): Promise<void>
  /** Recorded at once; running handlers are told by their AbortSignal, and what they report later is refused. */
  cancel(taskId: string, by: By): Promise<void>
  /** Running attempts end as usual, nothing new is claimed, and the task's clock stands still. */
  pause(taskId: string, by: By): Promise<void>
  resume(taskId: string, by: By): Promise<void>
  /** Of two tasks that wait, the one with the higher number goes first. */
  setPriority(taskId: string, priority: number, by: By): Promise<void>
  /** The first signal of a name counts, also where nobody waits for it yet; the same `id` twice is one signal. */
  signal(taskId: string, name: string, payload: Json, by: By & { readonly id?: string }): Promise<void>
  /** A step that waits for its retry runs at once. */
  retryStep(taskId: string, step: string, by: By): Promise<void>
  /** A step that has ended starts anew; refused (`already_converged`) where others have gone on with how it settled. */
  resetStep(taskId: string, step: string, by: By): Promise<void>
  /** A step that has not completed counts as satisfied, with a null result. */
  resolveStep(taskId: string, step: string, by: By): Promise<void>
  /**
   * The same with a result, which is held against the step's `result_schema` (`result_schema_violated`); that of a
   * decision is what its handler would have answered, and creates what it names.
   */
  completeStep(taskId: string, step: string, result: Json, by: By): Promise<void>
  /** A step that has not completed counts as absent. */
  skipStep(taskId: string, step: string, by: By): Promise<void>
}

export interface HandsNeeds {
  readonly engine: Asking
  readonly clock: Clock
  /** Throws `TaskRefused` (`result_schema_violated`) where a step's schema has something against a result. */
  checkResult?(definition: StepDefinition, result: Json): Promise<void>
}

export const createHands = (needs: HandsNeeds): Hands => {
  const change = (taskId: string, what: Change, by: By): Promise<void> => changeOne(needs, taskId, what, by)
  return {
    change,
    cancel: (taskId, by) => change(taskId, { kind: 'cancel' }, by),
    pause: (taskId, by) => change(taskId, { kind: 'pause' }, by),
    resume: (taskId, by) => change(taskId, { kind: 'resume' }, by),
    setPriority: (taskId, priority, by) => change(taskId, { kind: 'priority', priority }, by),
    signal: (taskId, name, payload, { id, ...by }) =>
      change(taskId, { kind: 'signal', name, payload, ...(id === undefined ? {} : { id }) }, by),
    retryStep: (taskId, step, by) => change(taskId, { kind: 'retry', step }, by),
    resetStep: (taskId, step, by) => change(taskId, { kind: 'reset', step }, by),
    resolveStep: (taskId, step, by) => change(taskId, { kind: 'resolve', step }, by),
    completeStep: (taskId, step, result, by) => change(taskId, { kind: 'complete', step, result }, by),
    skipStep: (taskId, step, by) => change(taskId, { kind: 'skip', step }, by),
  }
}

const changeOne = async (needs: HandsNeeds, taskId: string, change: Change, by: By): Promise<void> => {
  await checkPromise(needs, taskId, change)
  const { command, payloads } = handledAs(change, by, () => newId(needs.clock))
  const reply = await needs.engine.ask(streamOf(taskId), { command, payloads, actor: personOf(by) })
  if (E.isLeft(reply)) throw refusedBy(reply.left)
}

/** A result that a person gives is held to what the step promises of its results, as a handler's is. */
export const checkPromise = async (needs: HandsNeeds, taskId: string, change: Change): Promise<void> => {
  if (change.kind !== 'complete' || needs.checkResult === undefined) return
  const seen: { definition?: StepDefinition } = {}
  const exists = await needs.engine.look(streamOf(taskId), (state) => {
    const node = findNode(state, change.step)
    if (node !== undefined) seen.definition = node.definition
  })
  if (!exists) throw taskUnknown(taskId)
  // A step that the task does not have is refused by the core, in its own words.
  if (seen.definition !== undefined) await needs.checkResult(seen.definition, change.result)
}
