/**
 * Domain events that a step owes to the world: noted when it completes or fails, and struck off when they are published
 * or withheld. `advance` publishes what is noted in the same append, so nothing is ever owed in between.
 */
import type { Content } from '../content.js'
import type { EventOf, TaskEvent } from '../event.js'
import type { Node } from '../graph/node.js'
import type { Outgoing, TaskState } from '../state.js'
import { type EndOfStep, publishesOn } from './publication.js'

export type DomainEvent = EventOf<'domain-event-published' | 'domain-event-withheld'>

type EndOfAttempt = EventOf<'step-completed' | 'step-completed-manually' | 'step-attempt-failed' | 'step-failed'>

/** What the event makes due of what its step publishes. */
export const notePublications = (state: TaskState, node: Node, event: TaskEvent): void => {
  const { publishes } = node.definition
  if (publishes === undefined || !isEnd(event)) return
  // The step's own end follows in the same append.
  if (event.type === 'step-attempt-failed' && event.data.dueAtMs === null) return
  const end = endOf(event.type)
  const payload: Content = 'error' in event.data ? { value: { ...event.data.error } } : event.data.result
  const attempt = 'attempt' in event.data ? event.data.attempt : null
  for (const { name, condition, deliveryMode } of publishes) {
    if (!publishesOn(condition, end)) continue
    state.toPublish.push({ step: node.id, attempt, name, condition, deliveryMode, payload })
  }
}

const isEnd = (event: TaskEvent): event is EndOfAttempt =>
  event.type === 'step-completed' ||
  event.type === 'step-completed-manually' ||
  event.type === 'step-attempt-failed' ||
  event.type === 'step-failed'

const endOf = (type: EndOfAttempt['type']): EndOfStep => {
  if (type === 'step-attempt-failed') return 'retry'
  return type === 'step-failed' ? 'failure' : 'success'
}

export const evolveDomainEvent = (state: TaskState, { data }: DomainEvent): void => {
  const step = state.byName.get(data.step)
  const isIt = (outgoing: Outgoing): boolean =>
    outgoing.step === step && outgoing.name === data.name && outgoing.condition === data.condition
  const at = state.toPublish.findIndex(isIt)
  if (at >= 0) state.toPublish.splice(at, 1)
}
