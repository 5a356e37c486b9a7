/** The answer to a command: events, or a refusal; and the question that every command of an attempt asks first. */
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEvent } from '../event.js'
import type { Node } from '../graph/node.js'
import type { Json } from '../json.js'
import type { TaskState } from '../state.js'

/** A refusal is a value with a name: the command changed nothing, and this is why. */
export interface Refusal {
  readonly code: RefusalCode
  readonly message: string
  readonly details?: Json
}

export type RefusalCode =
  | 'task_exists'
  | 'task_unknown'
  | 'task_closed'
  | 'task_paused'
  | 'task_not_paused'
  | 'task_not_blocked'
  | 'step_unknown'
  | 'not_enqueued'
  | 'stale_attempt'
  | 'not_waiting'
  | 'phase_held'
  | 'no_proposal'
  | 'bounds_exceeded'
  | 'step_in_progress'
  | 'step_settled'
  | 'step_not_settled'
  | 'already_converged'
  | 'not_resettable'
  | 'gate_not_open'
  | 'gate_needs_plan'
  | 'gate_changed'
  | 'bounds_not_asked'
  | 'not_in_group'
  | 'already_voted'
  | 'decision_invalid'
  | 'no_dead_letter'
  | 'version_unknown'
  | 'inside_decision'
  | 'nothing_planned'
  | 'fork_too_large'

export type Decision = E.Either<Refusal, ReadonlyArray<TaskEvent>>

export const accept = (events: ReadonlyArray<TaskEvent>): Decision => E.right(events)

export const refuse = (code: RefusalCode, message: string, details?: Json): E.Either<Refusal, never> =>
  E.left(details === undefined ? { code, message } : { code, message, details })

/** The step whose attempt is running, if it still is the one that the command speaks of. */
export const runningAttempt = (state: TaskState, step: number, attempt: number): E.Either<Refusal, Node> => {
  const node = state.nodes[step]
  if (node === undefined) return refuse('step_unknown', `the task has no step number ${step}`)
  if (node.state.kind !== 'in_progress' || node.state.attempt !== attempt) {
    return refuse(
      'stale_attempt',
      `attempt ${attempt} of ${node.definition.name} is not running: it is ${node.state.kind}`,
    )
  }
  return E.right(node)
}
