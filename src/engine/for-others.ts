/**
 * Steps of queues that this process serves whose handlers it does not have, and nobody else is known to have: they are
 * sent as soon as another process appears. What finds no room here is left to the sweeper.
 */
import { MAX_PARKED_HINTS } from '../core/limits.js'
import type { Hint } from '../ports/queue.js'
import { placeKey } from './hints.js'
import type { Known } from './waiting-list.js'

export class ForOthers {
  #kept = new Map<string, { readonly queue: string; readonly hint: Hint }>()

  constructor(private readonly known: Known) {}

  keep(queue: string, hint: Hint): void {
    if (this.#kept.size >= MAX_PARKED_HINTS) this.#kept.clear()
    this.#kept.set(placeKey(hint), { queue, hint })
  }

  /** All that still stand where they stood, by queue; they are kept no longer. */
  take(): ReadonlyMap<string, ReadonlyArray<Hint>> {
    const byQueue = new Map<string, Hint[]>()
    for (const { queue, hint } of this.#kept.values()) {
      const now = this.known(hint)
      if (now === undefined) continue
      const hints = byQueue.get(queue)
      if (hints === undefined) byQueue.set(queue, [now])
      else hints.push(now)
    }
    this.#kept.clear()
    return byQueue
  }
}
