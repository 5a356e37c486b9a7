/** How often one caller may ask: a bucket each, refilled evenly, in this process. */
import type { Clock } from '../ports/clock.js'
import { MAX_RATED_CALLERS, RATE_BURST, RATE_PER_SECOND } from './limits.js'

export interface RateLimits {
  readonly burst: number
  readonly perSecond: number
}

export class Rates {
  readonly #buckets = new Map<string, { left: number; atMs: number }>()

  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    private readonly limits: RateLimits = { burst: RATE_BURST, perSecond: RATE_PER_SECOND },
  ) {}

  /** Takes one of the caller's requests; else says after how many seconds there is one again. */
  take(caller: string): { readonly waitSeconds: number } | undefined {
    const now = this.clock.now()
    const { burst, perSecond } = this.limits
    const bucket = this.#buckets.get(caller) ?? { left: burst, atMs: now }
    const left = Math.min(burst, bucket.left + (Math.max(0, now - bucket.atMs) / 1_000) * perSecond)
    const isAllowed = left >= 1
    this.#buckets.delete(caller)
    this.#buckets.set(caller, { left: isAllowed ? left - 1 : left, atMs: now })
    if (this.#buckets.size > MAX_RATED_CALLERS) this.#forgetOldest()
    return isAllowed ? undefined : { waitSeconds: Math.max(1, Math.ceil((1 - left) / perSecond)) }
  }

  #forgetOldest(): void {
    for (const caller of this.#buckets.keys()) {
      this.#buckets.delete(caller)
      return
    }
  }
}
