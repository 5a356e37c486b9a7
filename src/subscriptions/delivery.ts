/** A stored event as a subscriber is given it: decoded, with its place in the log. */
import * as E from 'fp-ts/lib/Either.js'
import { decodeEvent, type EventType } from '../core/event.js'
import type { StoredEvent } from '../ports/log.js'
import type { DeliveredEvent, UnreadableDelivery } from '../ports/subscription.js'

const PREFIX = 'task-'

export const streamOf = (task: string): string => (task.startsWith(PREFIX) ? task : PREFIX + task)

export const taskOf = (stream: string): string => (stream.startsWith(PREFIX) ? stream.slice(PREFIX.length) : stream)

/** Left where this process does not know what the event says. */
export const deliveryOf = <T extends EventType>(
  stored: StoredEvent,
): E.Either<UnreadableDelivery, DeliveredEvent<T>> => {
  const decoded = decodeEvent(stored)
  if (E.isLeft(decoded)) return E.left({ ...decoded.left, stored })
  const { position, stream, version, time } = stored
  const event = { ...decoded.right, position, task: taskOf(stream), stream, version, time }
  // The filter lets only the types of `T` through, which the compiler cannot know of what was stored.
  return E.right(event as unknown as DeliveredEvent<T>)
}
