/** Domain events: what the steps that just ended owe to the world, as events of the task, in the append of their end. */

import { type EndOfStep, publishesOn } from '../evolve/publication.js'
import type { Node } from '../graph/node.js'
import type { WithheldEvent } from '../outcome.js'
import { nodeAt, type TaskState } from '../state.js'
import type { Emitter } from './emit.js'

export const publishDomainEvents = (state: TaskState, to: Emitter): void => {
  for (const { step, attempt, name, condition, deliveryMode, payload } of state.toPublish) {
    const node = nodeAt(state, step)
    const delivery = deliveryMode === undefined ? {} : { deliveryMode }
    const data = { step: node.definition.name, attempt, name, condition, payload, ...delivery }
    to.emit('domain-event-published', data, node.lastEvent)
  }
}

/** A payload that does not fit what its event promises is kept from those who rely on it, and the log says why. */
export const withhold = (
  to: Emitter,
  node: Node,
  attempt: number,
  end: EndOfStep,
  withheld: ReadonlyArray<WithheldEvent> = [],
): void => {
  for (const { name, condition, message } of withheld) {
    if (!publishesOn(condition, end)) continue
    to.emit('domain-event-withheld', { step: node.definition.name, attempt, name, condition, message }, node.lastEvent)
  }
}
