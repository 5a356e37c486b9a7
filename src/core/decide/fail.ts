/** Fails a running step for good: the attempt, and with it the step. */
import type { Node } from '../graph/node.js'
import type { StepError } from '../outcome.js'
import type { Emitter } from './emit.js'

export type FailureReason = 'permanent' | 'refused_decision' | 'bounds_exceeded' | 'plan_rejected'

export const failStep = (to: Emitter, node: Node, attempt: number, reason: FailureReason, error: StepError): void => {
  const step = node.definition.name
  const attempted = to.emit(
    'step-attempt-failed',
    { step, attempt, error, retryable: false, dueAtMs: null },
    node.lastEvent,
  )
  to.emit('step-failed', { step, attempt, reason, error }, attempted)
}
