/** Spans of what the engine does with a task as a whole, and of claims that a hint has brought. */
import * as E from 'fp-ts/lib/Either.js'
import type { Hint } from '../ports/queue.js'
import type { Traces } from '../ports/traces.js'
import type { Asked } from './chain.js'
import type { ClaimResult } from './dispatcher.js'
import { taskOf } from './ids.js'
import type { Reply } from './mailbox.js'

/** The task begins here, and all of its spans are below this one; where nobody collects, the given context is its trace. */
export const tracedCreation = async (
  traces: Traces,
  stream: string,
  asked: Asked,
  post: (asked: Asked) => Promise<Reply>,
): Promise<Reply> => {
  const { command } = asked
  if (!traces.isOn || command.type !== 'create-task') return post(asked)
  const { name, namespace, version } = command.template
  const span = traces.start({
    name: `create ${name}`,
    kind: 'producer',
    parent: asked.trace,
    attributes: {
      'tasker.task.id': taskOf(stream),
      'tasker.template': name,
      'tasker.template.version': version,
      'tasker.namespace': namespace,
    },
  })
  try {
    const reply = await post({ ...asked, trace: span.traceparent })
    span.end(E.isLeft(reply) ? reply.left : undefined)
    return reply
  } catch (error) {
    span.end({ code: 'log_unreachable', message: String(error) })
    throw error
  }
}

/** A hint came from the queue with the task's trace: how long it took until the claim had landed, and whether it did. */
export const tracedClaim = async (
  traces: Traces,
  hint: Hint,
  claim: () => Promise<ClaimResult>,
): Promise<ClaimResult> => {
  if (!traces.isOn || hint.trace === undefined) return claim()
  const attributes = { 'tasker.task.id': taskOf(hint.stream), 'tasker.attempt': hint.attempt }
  const span = traces.start({ name: 'claim', kind: 'consumer', parent: hint.trace, attributes })
  try {
    const result = await claim()
    span.set({ 'tasker.claim': typeof result === 'string' ? result : 'throttled' })
    span.end()
    return result
  } catch (error) {
    span.end({ code: 'log_unreachable', message: String(error) })
    throw error
  }
}
