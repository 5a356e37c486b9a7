/** The events of one task between two positions: what went by while the task was held. */
import { SUBSCRIPTION_BURST_EVENTS } from '../core/limits.js'
import type { EventFilter, Log, StoredEvent } from '../ports/log.js'

/** The first of those that match; none where there are none up to `upTo`. */
export const readStreamBetween = async (
  log: Log,
  filter: EventFilter,
  stream: string,
  after: number,
  upTo: number,
): Promise<ReadonlyArray<StoredEvent>> => {
  for (let from = after; from < upTo; ) {
    const { events, lookedTo } = await log.readMatching(from, { ...filter, stream }, SUBSCRIPTION_BURST_EVENTS)
    const between = events.filter(({ position }) => position <= upTo)
    if (between.length > 0 || lookedTo <= from) return between
    from = lookedTo
  }
  return []
}
