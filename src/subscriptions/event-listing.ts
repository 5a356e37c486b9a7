/** The log as it is stored, event by event, for those who look at it: up to its present end, or on as it grows. */
import * as E from 'fp-ts/lib/Either.js'
import type { StoredEvent } from '../ports/log.js'
import type { EventSelection } from '../ports/subscription.js'
import { deliveryOf } from './delivery.js'
import { isWanted, storedFilter } from './filter.js'
import { type FollowNeeds, startPosition } from './follow.js'
import { openPages } from './pages.js'

/** Events that cannot be read are listed as they are stored. */
export async function* listEvents(
  needs: FollowNeeds,
  { filter, from, upTo = Number.POSITIVE_INFINITY, follow, signal }: EventSelection,
): AsyncGenerator<StoredEvent> {
  const start = await startPosition(needs.log, from)
  const end = follow ? upTo : Math.min(upTo, await needs.log.position())
  if (start >= end) return
  const ending = new AbortController()
  const pages = openPages({ ...needs, filter: storedFilter(filter), signal: AbortSignal.any([signal, ending.signal]) })
  try {
    for await (const { events, lookedTo } of pages(start)) {
      for (const stored of events) {
        if (stored.position > end) return
        const event = deliveryOf(stored)
        if (E.isLeft(event) || isWanted(event.right, filter)) yield stored
      }
      if (lookedTo >= end) return
    }
  } finally {
    ending.abort()
  }
}
