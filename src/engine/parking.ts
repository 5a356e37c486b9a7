/**
 * Steps that a limit holds back, by that limit, in their order. They are in the log as enqueued: what does not find room
 * here comes again with the sweeper. One is let go for each claim that the limit may have room for.
 */
import { MAX_PARKED_HINTS } from '../core/limits.js'
import { placeKey } from './hints.js'
import { type Known, type Waiting, WaitingList } from './waiting-list.js'

interface Lot {
  readonly list: WaitingList
  readonly keys: Set<string>
}

export class Parking {
  readonly #lots = new Map<string, Lot>()
  readonly #known: Known
  #size = 0

  constructor(known: Known) {
    this.#known = known
  }

  park(limit: string, waiting: Waiting): void {
    // Whoever handed it over is not kept waiting: others of its queue may run meanwhile.
    waiting.done?.('done')
    const lot = this.#lotOf(limit)
    const key = placeKey(waiting.hint)
    if (lot.keys.has(key) || this.#size >= MAX_PARKED_HINTS) return
    lot.keys.add(key)
    lot.list.add({ queue: waiting.queue, hint: waiting.hint, heldBy: limit })
    this.#size += 1
  }

  /** The one that comes next under a limit. */
  take(limit: string): Waiting | undefined {
    const lot = this.#lots.get(limit)
    const next = lot?.list.take()
    if (lot !== undefined && next !== undefined) this.#forget(lot, next)
    if (lot?.keys.size === 0) this.#lots.delete(limit)
    return next
  }

  /** The level of the one that comes next under a limit; undefined where nobody waits for it. */
  level(limit: string, nowMs: number): number | undefined {
    return this.#lots.get(limit)?.list.level(nowMs)
  }

  #lotOf(limit: string): Lot {
    const known = this.#lots.get(limit)
    if (known !== undefined) return known
    const lot: Lot = {
      list: new WaitingList(this.#known, (gone) => this.#forget(lot, gone)),
      keys: new Set(),
    }
    this.#lots.set(limit, lot)
    return lot
  }

  #forget(lot: Lot, { hint }: Waiting): void {
    lot.keys.delete(placeKey(hint))
    this.#size -= 1
  }
}
