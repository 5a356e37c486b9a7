/**
 * Steps that wait in this process, one lane a priority. The next one is the one that has waited longest, where each level
 * of priority is worth `PRIORITY_AGE_MS` of waiting. Since all grow old alike, only the heads of the lanes are compared.
 */
import { PRIORITY_AGE_MS } from '../core/limits.js'
import type { Hint, HintEnd } from '../ports/queue.js'
import { levelOf } from './hints.js'
import { Line } from './line.js'

export interface Waiting {
  readonly queue: string
  readonly hint: Hint
  /** Whoever handed the hint over, and waits to be told what became of it. */
  readonly done?: ((end: HintEnd) => void) | undefined
  /** It was handed back, and is another process's by now. */
  readonly handedBack?: (() => boolean) | undefined
  /** The limit that it was held back by, where it was. */
  readonly heldBy?: string | undefined
}

/** What is known of a hint: undefined where its step is surely no longer in that place; else with the priority of now. */
export type Known = (hint: Hint) => Hint | undefined

export class WaitingList {
  readonly #lanes = new Map<number, Line<Waiting>>()
  readonly #known: Known
  readonly #onGone: (gone: Waiting) => void
  #size = 0

  constructor(known: Known, onGone: (gone: Waiting) => void) {
    this.#known = known
    this.#onGone = onGone
  }

  /** Those among them included whose step is gone. */
  get size(): number {
    return this.#size
  }

  add(waiting: Waiting): void {
    const priority = waiting.hint.taskPriority ?? 0
    const lane = this.#lanes.get(priority) ?? new Line()
    this.#lanes.set(priority, lane)
    lane.join(waiting)
    this.#size += 1
  }

  take(): Waiting | undefined {
    const next = this.#next()
    return next === undefined ? undefined : this.#shift(next)
  }

  /** The level of the one that comes next. */
  level(nowMs: number): number | undefined {
    const hint = this.#next()?.first?.hint
    return hint === undefined ? undefined : levelOf(hint, nowMs)
  }

  /** What waits, in no order. What came from the queue goes back there, and what is gone is let go. */
  handBack(): ReadonlyArray<Hint> {
    const all = this.takeAll()
    for (const { done } of all) done?.('elsewhere')
    const mine = all.filter(({ done }) => done === undefined)
    for (const waiting of mine) this.add(waiting)
    return mine.map(({ hint }) => hint)
  }

  takeAll(): ReadonlyArray<Waiting> {
    const all: Waiting[] = []
    for (let waiting = this.take(); waiting !== undefined; waiting = this.take()) all.push(waiting)
    return all
  }

  /** The lane whose head comes next, after what is gone or has another priority by now was moved out of the way. */
  #next(): Line<Waiting> | undefined {
    for (;;) {
      const lane = this.#first()
      const head = lane?.first
      if (lane === undefined || head === undefined) return undefined
      const now = head.handedBack?.() === true ? undefined : this.#known(head.hint)
      if (now !== undefined && now.taskPriority === head.hint.taskPriority) return lane
      this.#shift(lane)
      if (now === undefined) this.#onGone(head)
      else this.add({ ...head, hint: now })
    }
  }

  #first(): Line<Waiting> | undefined {
    let first: Line<Waiting> | undefined
    let earliest = Number.POSITIVE_INFINITY
    for (const [priority, lane] of this.#lanes) {
      const since = lane.first?.hint.since ?? 0
      const due = since - priority * PRIORITY_AGE_MS
      if (first !== undefined && due >= earliest) continue
      first = lane
      earliest = due
    }
    return first
  }

  #shift(lane: Line<Waiting>): Waiting | undefined {
    const waiting = lane.leave()
    this.#size -= 1
    if (lane.isEmpty) this.#lanes.delete(waiting?.hint.taskPriority ?? 0)
    return waiting
  }
}
