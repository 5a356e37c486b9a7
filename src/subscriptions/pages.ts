/**
 * The log as pages of what a filter lets through, one after the other and without an end. The next page is read while
 * the last one is used. A database that is away is waited for as long as it takes.
 */
import { SUBSCRIPTION_IDLE_MS, SUBSCRIPTION_PAGE_EVENTS, SUBSCRIPTION_READ_INTERVAL_MS } from '../core/limits.js'
import type { Clock } from '../ports/clock.js'
import type { EventFilter, Log, MatchingPage } from '../ports/log.js'
import type { Logger } from '../ports/logger.js'

export interface PagesNeeds {
  readonly log: Log
  readonly clock: Clock
  readonly logger: Logger
  readonly filter: EventFilter
  /** Ends the pages. */
  readonly signal: AbortSignal
}

/** Pages above a position, for ever. Each says how far was looked, also where nothing was found. */
export const openPages = (needs: PagesNeeds) =>
  async function* pages(after: number): AsyncGenerator<MatchingPage> {
    const { signal } = needs
    const read = readerOf(needs)
    let next = read(after)
    for (;;) {
      const page = await next
      if (page === undefined || signal.aborted) return
      next = read(page.lookedTo)
      // Whoever stops using the pages never looks at this one.
      next.catch(() => undefined)
      yield page
    }
  }

/** Reads when there is something above the position, and not more often than the interval where little comes at a time. */
const readerOf = ({ log, clock, logger, filter, signal }: PagesNeeds) => {
  let lastAtMs = Number.NEGATIVE_INFINITY
  let isFull = true
  return async (after: number): Promise<MatchingPage | undefined> => {
    for (;;) {
      try {
        const since = clock.now() - lastAtMs
        if (!isFull && since < SUBSCRIPTION_READ_INTERVAL_MS) await pause(clock, SUBSCRIPTION_READ_INTERVAL_MS - since)
        await log.waitFor(after, SUBSCRIPTION_IDLE_MS, signal)
        if (signal.aborted) return undefined
        const page = await log.readMatching(after, filter, SUBSCRIPTION_PAGE_EVENTS)
        lastAtMs = clock.now()
        isFull = page.events.length === SUBSCRIPTION_PAGE_EVENTS
        if (page.lookedTo > after) return page
      } catch (error) {
        if (signal.aborted) return undefined
        if (!isAway(error)) throw error
        logger.warn('the log is away; a subscription waits for it', { error: String(error) })
      }
    }
  }
}

/** The database cannot be reached: nothing was lost, and nothing is wrong with what was asked. */
export const isAway = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'log_unreachable'

const pause = (clock: Clock, ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve))
