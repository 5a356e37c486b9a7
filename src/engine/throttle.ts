/**
 * What this process believes of the limits that the log enforces. It only knows of a limit that has refused it: how many
 * claims there was room for, until it hears of more. Beliefs save appends that would be refused; the log is asked again
 * when an attempt of this process ends, when a rate has room again, or after a while, since other processes end attempts
 * too. A belief that is wrong costs an append, or that while.
 */
import type { ClaimLimits, NamedLimit } from '../core/claim-limits.js'
import { THROTTLE_RETRY_MS } from '../core/limits.js'
import type { Clock } from '../ports/clock.js'
import type { Throttle as Refused } from '../ports/log.js'
import type { ClaimRules } from './chain.js'

interface Belief {
  /** Claims that would land, as far as is known. */
  room: number
  /** Only time makes room: a rate, that no attempt gives back. */
  readonly isPaced: boolean
  readonly timer: { cancel(): void }
}

/** By limit: what a chain takes, less what it gives back. */
export type Net = ReadonlyMap<string, number>

export class Throttle {
  readonly #beliefs = new Map<string, Belief>()
  readonly #clock: Clock
  readonly #onRoom: (limit: string) => void

  /** `onRoom` hears that one more claim under a limit may be tried. */
  constructor(clock: Clock, onRoom: (limit: string) => void) {
    this.#clock = clock
    this.#onRoom = onRoom
  }

  /** The first of these limits under which a chain may not take another slot. */
  heldBy(limits: ReadonlyArray<NamedLimit>, net: Net): string | undefined {
    if (this.#beliefs.size === 0) return undefined
    return limits.find(({ limit }) => (net.get(limit) ?? 0) >= (this.#beliefs.get(limit)?.room ?? Infinity))?.limit
  }

  /** The log has refused a chain that gives back `freed` slots of the limit. */
  hold({ limit, room, retryAfterMs }: Refused, freed: number): void {
    this.#beliefs.get(limit)?.timer.cancel()
    const timer = this.#clock.after(retryAfterMs ?? THROTTLE_RETRY_MS, () => {
      this.#beliefs.delete(limit)
      this.#onRoom(limit)
    })
    this.#beliefs.set(limit, { room: room - freed, isPaced: retryAfterMs !== undefined, timer })
  }

  /** A chain has landed: what it gave back is there for others, and where it got a slot there may be more. */
  landed(taken: ReadonlyArray<string>, freed: ReadonlyArray<string>): void {
    for (const limit of taken) this.#change(limit, -1)
    for (const limit of freed) if (this.#beliefs.get(limit)?.isPaced !== true) this.#change(limit, 1)
    for (const limit of [...taken, ...freed]) if ((this.#beliefs.get(limit)?.room ?? 1) > 0) this.#onRoom(limit)
  }

  stop(): void {
    for (const { timer } of this.#beliefs.values()) timer.cancel()
  }

  #change(limit: string, by: number): void {
    const belief = this.#beliefs.get(limit)
    if (belief !== undefined) belief.room += by
  }
}

/** What chains have to know of limits; undefined where none is configured. */
export const rulesOf = (limits: ClaimLimits | undefined, throttle: Throttle): ClaimRules | undefined =>
  limits === undefined || Object.keys({ ...limits.queues, ...limits.keys }).length === 0
    ? undefined
    : { limits, heldBy: (named, net) => throttle.heldBy(named, net) }
