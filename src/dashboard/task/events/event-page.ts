/**
 * A page of a task's events, as they are stored: what each says, what led to it, and whether it is the one that was
 * appended. The chain is proven from the event before the page; what lies before that is proven by the pages before.
 */

import { hashOf } from '../../../audit/event-chain.js'
import { EVENTS, type EventType } from '../../../core/event.js'
import { RECORD_PAGE_EVENTS } from '../../../core/limits.js'
import { streamOf } from '../../../engine/ids.js'
import type { Log, StoredEvent } from '../../../ports/log.js'

export interface ListedEvent {
  readonly event: StoredEvent
  /** The stored text gives the stored hash, on top of the event before. */
  readonly isProven: boolean
}

export interface EventsPage {
  readonly events: ReadonlyArray<ListedEvent>
  /** The page begins after this version, and the next one after that; null where there are no more. */
  readonly after: number
  readonly next: number | null
}

export const EVENTS_PER_PAGE = 50
/** Where few events are of the type that is looked for, a page ends after so many. */
const MAX_LOOKED_AT = 5_000

export const EVENT_TYPES: ReadonlyArray<string> = Object.keys(EVENTS).sort()

export const isEventType = (text: string): text is EventType => Object.hasOwn(EVENTS, text)

export const eventsPage = async (
  log: Pick<Log, 'readStream'>,
  task: string,
  after: number,
  type: EventType | null,
): Promise<EventsPage> => {
  const stream = streamOf(task)
  const found: ListedEvent[] = []
  let [before] = after === 0 ? [] : await log.readStream(stream, after - 1, 1)
  let version = after
  while (found.length < EVENTS_PER_PAGE && version < after + MAX_LOOKED_AT) {
    const page = await log.readStream(stream, version, type === null ? EVENTS_PER_PAGE : RECORD_PAGE_EVENTS)
    for (const event of page) {
      version = event.version
      const isProven = hashOf(before?.hash, event) === event.hash
      if (type === null || event.type === type) found.push({ event, isProven })
      before = event
      if (found.length === EVENTS_PER_PAGE) break
    }
    if (page.length === 0) return { events: found, after, next: null }
  }
  const [further] = await log.readStream(stream, version, 1)
  return { events: found, after, next: further === undefined ? null : version }
}
