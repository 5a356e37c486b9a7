/**
 * Spans of a step and of its attempt. The step's begins with its first attempt and ends with it; its context goes into
 * the log with what the attempt reports, so that later attempts, wherever they run, stand below the same step.
 */

import type { Outcome } from '../core/outcome.js'
import type { Claimed } from '../engine/engine.js'
import { taskOf } from '../engine/ids.js'
import { passingSpan, type Span, type Traces } from '../ports/traces.js'

export interface AttemptSpans {
  readonly claimed: Claimed
  readonly attempt: Span
  end(outcome: Outcome): void
}

export const attemptSpans = (traces: Traces, claimed: Claimed): AttemptSpans => {
  const { node, state } = claimed
  const known = node.trace ?? state.trace
  if (!traces.isOn) return { claimed, attempt: passingSpan(known), end: () => undefined }
  const attributes = attributesOf(claimed)
  const name = `step ${withoutNumbers(node.definition.name)}`
  const step = node.trace === undefined ? traces.start({ name, parent: state.trace, attributes }) : undefined
  const trace = step?.traceparent ?? known
  const attempt = traces.start({ name: 'attempt', kind: 'consumer', parent: trace, attributes })
  return {
    claimed: { ...claimed, trace },
    attempt,
    end: (outcome) => {
      const fault = outcome.kind === 'failed' ? outcome.error : undefined
      attempt.set({ 'tasker.outcome': outcome.kind })
      attempt.end(fault)
      step?.end(fault)
    },
  }
}

/** Instances of a fan-out have one name among spans, and their own among attributes. */
const withoutNumbers = (name: string): string => name.replace(/\[\d+\]/g, '[]')

const attributesOf = ({ stream, node, state, attempt, queue }: Claimed) => ({
  'tasker.task.id': taskOf(stream),
  'tasker.template': state.template.name,
  'tasker.namespace': state.template.namespace,
  'tasker.step': node.definition.name,
  'tasker.handler': node.definition.handler,
  'tasker.attempt': attempt,
  'tasker.queue': queue,
})
