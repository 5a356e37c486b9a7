/**
 * Where enqueued steps go that no eager claim has taken: into a list of this process, which free slots draw from, and,
 * as hints, to BullMQ. A hint costs as much as a step, so it is only sent where somebody else can follow it: at once with
 * other processes that serve the queue, else when the first of them appears. What fails is sent by the sweeper, as is
 * what nobody has come round to in a long while.
 *
 * A step waits in its queue's list → (a slot) is claimed, or is of the past, or a limit holds it back: parked → (room
 * under that limit) in its queue's list.
 *
 * A hint that came from the queue and cannot be followed here is never swallowed: it goes back for a process that has
 * the handler, or the slot; where nobody is known to have the handler, it is kept for whoever comes (`for-others.ts`).
 */
import { EAGER_STREAK, HINT_PATIENCE_MS } from '../core/limits.js'
import type { Clock } from '../ports/clock.js'
import type { Logger } from '../ports/logger.js'
import type { Measures } from '../ports/measures.js'
import type { Consumer, Hint, HintEnd, Queue } from '../ports/queue.js'
import { ForOthers } from './for-others.js'
import { placeKey } from './hints.js'
import { Parking } from './parking.js'
import type { Slots } from './slots.js'
import { type Known, type Waiting, WaitingList } from './waiting-list.js'

/** `unserved`: this process cannot run it; `not-now`: it cannot run anything at the moment. */
export type ClaimResult = 'claimed' | 'refused' | 'unserved' | 'not-now' | { readonly throttledBy: string }

export interface DispatcherNeeds {
  readonly slots: Slots
  readonly queue: Queue
  readonly clock: Clock
  readonly logger: Logger
  readonly measures: Measures
  shared(queue: string): boolean
  /** Does this process have the handler of the step? As far as the hint says. */
  runsHere(hint: Hint): boolean
  runsElsewhere(queue: string, hint: Hint): boolean
  readonly known: Known
  /** The limit that surely holds the step back, as far as this process knows. */
  heldBy(hint: Hint): string | undefined
  claim(hint: Hint): Promise<ClaimResult>
}

export class Dispatcher {
  readonly #needs: DispatcherNeeds
  readonly #lists = new Map<string, WaitingList>()
  readonly #parking: Parking
  readonly #forOthers: ForOthers
  /** Eager claims in a row under a limit for which others are parked. */
  readonly #streaks = new Map<string, number>()
  /** Places that are being claimed: a second hint to one of them is one too many. */
  readonly #underWay = new Set<string>()
  readonly #consumers = new Map<string, Consumer>()
  /** Queues from which nothing is taken, because all slots are long at work and others serve them. */
  readonly #resting = new Set<string>()
  readonly #sending = new Set<Promise<void>>()
  #stopped = false

  constructor(needs: DispatcherNeeds) {
    this.#needs = needs
    this.#parking = new Parking(needs.known)
    this.#forOthers = new ForOthers(needs.known)
  }

  /** Steps that this process has enqueued; `again` where they may wait already, with another priority. */
  offer(queue: string, hints: ReadonlyArray<Hint>, again = false): void {
    const { slots, shared, runsHere, runsElsewhere } = this.#needs
    if (!slots.serves(queue)) return this.#send(queue, hints, again)
    const list = this.#listOf(queue)
    for (const hint of hints) {
      if (runsHere(hint)) list.add({ queue, hint })
      else if (!runsElsewhere(queue, hint)) this.#forOthers.keep(queue, hint)
    }
    if (shared(queue)) this.#send(queue, hints, again)
    if (slots.free(queue) > 0) setImmediate(() => this.drawFor(queue))
  }

  /** One hint that came from the queue: resolves with what became of it. */
  receive(queue: string, hint: Hint): Promise<HintEnd> {
    const { known, clock, runsHere } = this.#needs
    const now = known(hint)
    if (now === undefined) return Promise.resolve('done')
    if (this.#stopped || !runsHere(now)) return Promise.resolve(this.#endUnserved(queue, now))
    return new Promise((resolve) => {
      let end: HintEnd | undefined
      const done = (came: HintEnd): void => {
        end ??= came
        timer.cancel()
        resolve(end)
      }
      // Others of the queue may have a slot while all of this process are long at work.
      const timer = clock.after(HINT_PATIENCE_MS, () => {
        if (!this.#needs.shared(queue)) return
        this.#rest(queue)
        done('elsewhere')
      })
      const handedBack = (): boolean => end === 'elsewhere'
      this.#listOf(queue).add({ queue, hint: { since: clock.now(), ...now }, done, handedBack })
      this.drawFor(queue)
    })
  }

  /** Begins to take hints from each queue that this process serves, so many at a time. */
  consume(concurrency: number): Promise<ReadonlyArray<Consumer>> {
    const { slots, queue } = this.#needs
    return Promise.all(
      slots.queues.map(async (name) => {
        const consumer = await queue.consume(name, concurrency, (hint) => this.receive(name, hint))
        this.#consumers.set(name, consumer)
        return consumer
      }),
    )
  }

  /** A slot of this queue is free. */
  drawFor(queue: string): void {
    const { slots, heldBy } = this.#needs
    if (this.#resting.size > 0) this.#wake(queue)
    const list = this.#lists.get(queue)
    while (list !== undefined && !this.#stopped && list.size > 0 && slots.free(queue) > 0) {
      const waiting = list.take()
      if (waiting === undefined) return
      const held = heldBy(waiting.hint)
      if (held !== undefined) this.#parking.park(held, waiting)
      else if (this.#underWay.has(placeKey(waiting.hint))) waiting.done?.('done')
      else void this.#claim(waiting)
    }
  }

  /** There may be room for one more claim under this limit. */
  release(limit: string): void {
    const waiting = this.#stopped ? undefined : this.#parking.take(limit)
    if (waiting === undefined) return
    this.#streaks.delete(limit)
    this.#listOf(waiting.queue).add(waiting)
    this.drawFor(waiting.queue)
  }

  /** Nobody waits that an eager claim of this priority would push aside: none of a higher level, and none for too long. */
  mayOvertake(queue: string, limits: ReadonlyArray<string>, priority: number): boolean {
    const now = this.#needs.clock.now()
    const list = this.#lists.get(queue)
    if (list !== undefined && list.size > 0 && (list.level(now) ?? priority) > priority) return false
    for (const limit of limits) {
      const level = this.#parking.level(limit, now)
      if (level === undefined) continue
      const streak = this.#streaks.get(limit) ?? 0
      if (level > priority || streak >= EAGER_STREAK) return false
      this.#streaks.set(limit, streak + 1)
    }
    return true
  }

  /** Does anybody wait for a slot of this queue? */
  waits(queue: string): boolean {
    return (this.#lists.get(queue)?.size ?? 0) > 0
  }

  /** Others serve the queues from now on: what waits here is theirs too. */
  share(): void {
    for (const [queue, list] of this.#lists) this.#send(queue, list.handBack())
    for (const [queue, hints] of this.#forOthers.take()) this.#send(queue, hints)
  }

  stop(): void {
    this.#stopped = true
    for (const list of this.#lists.values()) for (const { done } of list.takeAll()) done?.('elsewhere')
  }

  /** Resolves when no hint is on its way to the queue. */
  async sent(): Promise<void> {
    await Promise.all(this.#sending)
  }

  async #claim(waiting: Waiting): Promise<void> {
    const { slots, claim, logger, measures, clock } = this.#needs
    const { queue, hint } = waiting
    const key = placeKey(hint)
    slots.takeNext(queue)
    this.#underWay.add(key)
    try {
      const result = await claim(hint)
      if (result !== 'claimed') slots.release(queue)
      if (typeof result === 'object') return this.#parking.park(result.throttledBy, waiting)
      if (result === 'not-now') this.#gone(waiting, 'elsewhere')
      else if (result === 'unserved') this.#gone(waiting, this.#endUnserved(queue, hint))
      else if (result === 'refused') this.#gone(waiting)
      else {
        measures.claimed(queue, Math.max(0, clock.now() - (hint.since ?? clock.now())))
        waiting.done?.('done')
      }
    } catch (error) {
      slots.release(queue)
      waiting.done?.('elsewhere')
      logger.warn('a claim could not be decided; the sweeper will offer the step again', { error: String(error) })
    } finally {
      this.#underWay.delete(key)
    }
  }

  /** It made no use of the room that it was let go for: the next one may. */
  #gone({ done, heldBy }: Waiting, end: HintEnd = 'done'): void {
    done?.(end)
    if (heldBy !== undefined) this.release(heldBy)
  }

  #rest(queue: string): void {
    if (this.#stopped || this.#resting.has(queue) || this.#needs.slots.free(queue) > 0) return
    this.#resting.add(queue)
    this.#consumers.get(queue)?.pause().catch(this.#onFault)
  }

  #wake(queue: string): void {
    if (this.#stopped || this.#needs.slots.free(queue) === 0 || !this.#resting.delete(queue)) return
    Promise.resolve(this.#consumers.get(queue)?.resume()).catch(this.#onFault)
  }

  readonly #onFault = (error: unknown): void =>
    this.#needs.logger.warn('a queue could not be left alone for a while', { error: String(error) })

  #endUnserved(queue: string, hint: Hint): HintEnd {
    if (this.#stopped || this.#needs.runsElsewhere(queue, hint)) return 'elsewhere'
    this.#forOthers.keep(queue, hint)
    return 'done'
  }

  #listOf(queue: string): WaitingList {
    const known = this.#lists.get(queue)
    if (known !== undefined) return known
    const list = new WaitingList(this.#needs.known, (gone) => this.#gone(gone))
    this.#lists.set(queue, list)
    return list
  }

  #send(queue: string, hints: ReadonlyArray<Hint>, again = false): void {
    if (hints.length === 0) return
    const { queue: bull, logger } = this.#needs
    const sending = (again ? bull.resend(queue, hints) : bull.send(queue, hints)).catch((error) => {
      logger.warn('hints could not be sent; the sweeper will send them', { queue, error: String(error) })
    })
    this.#sending.add(sending)
    void sending.then(() => this.#sending.delete(sending))
  }
}
