/** The span of an attempt, below that of its step. The step's begins with its first claim, and ends with that attempt. */
import type { Outcome } from '../core/outcome.js'
import type { Claimed } from '../engine/engine.js'
import { attributesOf } from '../engine/step-spans.js'
import { passingSpan, type Span, type Traces } from '../ports/traces.js'

export interface AttemptSpans {
  readonly claimed: Claimed
  readonly attempt: Span
  end(outcome: Outcome): void
}

export const attemptSpans = (traces: Traces, claimed: Claimed): AttemptSpans => {
  const { stream, node, state, stepSpan } = claimed
  const trace = node.trace ?? state.trace
  if (!traces.isOn) return { claimed, attempt: passingSpan(trace), end: () => undefined }
  const attributes = attributesOf(stream, state, node, claimed.attempt)
  const attempt = traces.start({ name: 'attempt', kind: 'consumer', parent: trace, attributes })
  return {
    claimed: { ...claimed, trace },
    attempt,
    end: (outcome) => {
      const fault = outcome.kind === 'failed' ? outcome.error : undefined
      attempt.set({ 'tasker.outcome': outcome.kind })
      attempt.end(fault)
      stepSpan?.end(fault)
    },
  }
}
