/**
 * The faults of one partition as its lane has them in mind: which tasks are held, and what comes again when. What is
 * parked and holds nothing is not here.
 */
import type { Clock } from '../ports/clock.js'
import type { StoredEvent } from '../ports/log.js'
import type { Fault } from './store.js'

export interface Pending {
  readonly fault: Fault
  /** Absent until somebody read it. */
  readonly event: StoredEvent | undefined
  readonly dueAtMs: number
  /** Events of its task that went by while it was held, as far as they were read. */
  behind: ReadonlyArray<StoredEvent>
}

export class Faults {
  readonly #clock: Clock
  readonly #onDue: () => void
  /** By stream. */
  readonly #holding = new Map<string, Pending>()
  /** By position: what comes again by itself. */
  readonly #waiting = new Map<number, Pending>()
  #timer: { readonly atMs: number; cancel(): void } | undefined

  constructor(stored: ReadonlyArray<Fault>, clock: Clock, onDue: () => void) {
    this.#clock = clock
    this.#onDue = onDue
    for (const fault of stored) this.#add(this.#pending(fault))
  }

  holds(stream: string): boolean {
    return this.#holding.has(stream)
  }

  /** Some task waits for an event that is tried again. */
  isRetrying(): boolean {
    for (const { fault } of this.#waiting.values()) if (fault.holds) return true
    return false
  }

  /** What is due, the lowest position first; where nothing is, its owner is woken when something becomes it. */
  due(): Pending | undefined {
    const now = this.#clock.now()
    let first: Pending | undefined
    let nextAtMs = Number.POSITIVE_INFINITY
    for (const pending of this.#waiting.values()) {
      if (pending.dueAtMs > now) nextAtMs = Math.min(nextAtMs, pending.dueAtMs)
      else if (first === undefined || pending.fault.position < first.fault.position) first = pending
    }
    this.#arm(nextAtMs, now)
    return first
  }

  /** One is done; its task goes on with the next that waited, or is free. */
  settle(pending: Pending, next: Fault | undefined, event: StoredEvent | undefined): void {
    this.#remove(pending.fault)
    if (next !== undefined) this.#add({ ...this.#pending(next, event), behind: pending.behind.slice(1) })
  }

  /** One failed, again or for the first time; where that let its task go, the task goes on with the next that waited. */
  fail(
    fault: Fault,
    event: StoredEvent,
    before: Pending | undefined,
    next: Fault | undefined,
    nextEvent: StoredEvent | undefined,
  ): void {
    this.#remove(fault)
    const behind = before?.behind ?? []
    if (fault.holds || fault.state !== 'parked') this.#add({ ...this.#pending(fault, event), behind })
    if (next !== undefined) this.#add({ ...this.#pending(next, nextEvent), behind: behind.slice(1) })
  }

  /** What is stored, after parked events were settled by hand. */
  replace(stored: ReadonlyArray<Fault>): void {
    this.#holding.clear()
    this.#waiting.clear()
    for (const fault of stored) this.#add(this.#pending(fault))
  }

  close(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #pending(fault: Fault, event?: StoredEvent): Pending {
    return { fault, event, dueAtMs: this.#clock.now() + fault.dueInMs, behind: [] }
  }

  #add(pending: Pending): void {
    const { fault } = pending
    if (fault.holds) this.#holding.set(fault.stream, pending)
    if (fault.state !== 'parked') this.#waiting.set(fault.position, pending)
  }

  #remove({ stream, position }: Fault): void {
    if (this.#holding.get(stream)?.fault.position === position) this.#holding.delete(stream)
    this.#waiting.delete(position)
  }

  #arm(atMs: number, now: number): void {
    if (this.#timer?.atMs === atMs) return
    this.#timer?.cancel()
    this.#timer = undefined
    if (atMs === Number.POSITIVE_INFINITY) return
    const timer = this.#clock.after(atMs - now, () => {
      this.#timer = undefined
      this.#onDue()
    })
    this.#timer = { atMs, cancel: () => timer.cancel() }
  }
}
