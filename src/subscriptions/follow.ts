/**
 * A subscription without a name: it reads the log from a position to its end and goes on as the log grows, in one loop,
 * so that there is no seam between the two. What it has seen is kept by nobody; its owner may keep `position`. It hands
 * over one event at a time and stops at the first that its handler refuses.
 *
 * reading a page → (events) handing over, the next page being read meanwhile → reading …; stopped by `close`, by the
 * handler, or by an event that cannot be read where nobody takes those.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { EventType } from '../core/event.js'
import type { Clock } from '../ports/clock.js'
import type { Log, StoredEvent } from '../ports/log.js'
import type { Logger } from '../ports/logger.js'
import type { DeliveryContext, Handle, SubscribeOptions, Subscription } from '../ports/subscription.js'
import { deliveryOf } from './delivery.js'
import { isWanted, storedFilter } from './filter.js'
import { openPages } from './pages.js'
import { SubscriptionRefused } from './subscription-refused.js'

export interface FollowNeeds {
  readonly log: Log
  readonly clock: Clock
  readonly logger: Logger
}

/** The position above which a subscription begins. */
export const startPosition = async (log: Log, from: 'start' | 'now' | number): Promise<number> => {
  if (from === 'start') return 0
  if (from === 'now') return log.position()
  if (Number.isSafeInteger(from) && from >= 0) return from
  throw new SubscriptionRefused('subscription_option_invalid', `a subscription cannot begin at ${from}`)
}

/** Resolves when its beginning is fixed: what is appended after that will be seen. */
export const follow = async <T extends EventType>(
  needs: FollowNeeds,
  options: SubscribeOptions<T>,
  handle: Handle<T, DeliveryContext>,
): Promise<Subscription> => {
  const start = await startPosition(needs.log, options.from ?? 'now')
  const follower = new Follower(needs, options, handle, start)
  return follower.subscription()
}

class Follower<T extends EventType> {
  readonly #needs: FollowNeeds
  readonly #options: SubscribeOptions<T>
  readonly #handle: Handle<T, DeliveryContext>
  readonly #reading = new AbortController()
  readonly #aborting = new AbortController()
  #position: number

  constructor(needs: FollowNeeds, options: SubscribeOptions<T>, handle: Handle<T, DeliveryContext>, start: number) {
    this.#needs = needs
    this.#options = options
    this.#handle = handle
    this.#position = start
  }

  subscription(): Subscription {
    const ended = this.#run().finally(() => this.#reading.abort())
    // Who does not look at `ended` hears of the end by the logger.
    ended.catch((error: unknown) => this.#needs.logger.error('a subscription stopped', { error: String(error) }))
    const position = (): number => this.#position
    return {
      get position() {
        return position()
      },
      lag: async () => Math.max(0, (await this.#needs.log.position()) - this.#position),
      ended,
      close: async ({ graceMs } = {}) => {
        this.#reading.abort()
        const timer = graceMs === undefined ? undefined : this.#needs.clock.after(graceMs, () => this.#aborting.abort())
        await ended.catch(() => undefined)
        timer?.cancel()
      },
    }
  }

  async #run(): Promise<void> {
    const context: DeliveryContext = { signal: this.#aborting.signal, attempt: 1 }
    const pages = openPages({ ...this.#needs, filter: storedFilter(this.#options), signal: this.#reading.signal })
    for await (const { events, lookedTo } of pages(this.#position)) {
      for (const stored of events) {
        if (this.#reading.signal.aborted) return
        // A handler that answers at once costs no turn of the event loop.
        const answer = this.#handOver(stored, context)
        if (answer !== undefined) await answer
        this.#position = stored.position
      }
      this.#position = lookedTo
    }
  }

  #handOver(stored: StoredEvent, context: DeliveryContext): Promise<void> | void {
    const event = deliveryOf<T>(stored)
    if (E.isRight(event)) {
      return isWanted(event.right, this.#options) ? this.#handle(event.right, context) : undefined
    }
    if (this.#options.onUnreadable !== undefined) return this.#options.onUnreadable(event.left)
    throw new SubscriptionRefused(event.left.code, `${event.left.message} (position ${stored.position})`)
  }
}
