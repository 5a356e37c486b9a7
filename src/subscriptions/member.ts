/**
 * One process's part in a named subscription. It gives a sign of life, holds its share of the partitions, works through
 * each of them in a lane, and writes down how far they are.
 *
 * joined → at each beat: what the store says is no longer ours is dropped; what it says is ours and has no lane here is
 * given back (something may still be under way in it, and only a new epoch fences that off); what is too much is given
 * up as soon as it rests; what is too little is claimed. → `close`: lanes end, everything is given back.
 * A member that cannot renew its lease hands over nothing more until it can.
 */
import { DRAIN_GRACE_MS, SUBSCRIPTION_FLUSH_MS, SUBSCRIPTION_RENEWAL_MS } from '../core/limits.js'
import type { Clock } from '../ports/clock.js'
import type { EventFilter, Log } from '../ports/log.js'
import type { Logger } from '../ports/logger.js'
import { Feeder } from './feeder.js'
import { Holdings } from './holdings.js'
import { Lane, type LaneNeeds } from './lane.js'
import { isAway } from './pages.js'
import { Slots } from './slots.js'
import { type Definition, partitionsIn, type Standing, type SubscriptionStore } from './store.js'
import { readStreamBetween } from './stream-reader.js'
import { SubscriptionRefused } from './subscription-refused.js'

export interface MemberNeeds {
  readonly log: Log
  readonly store: SubscriptionStore
  readonly clock: Clock
  readonly logger: Logger
  readonly definition: Definition
  readonly filter: EventFilter
  /** As others see it. */
  readonly name: string
  readonly concurrency: number
  readonly leaseMs: number
  readonly lane: Pick<LaneNeeds, 'attempt' | 'isTransactional' | 'burst' | 'retry' | 'onPark'>
}

export class Member {
  readonly ended: Promise<void>
  readonly #needs: MemberNeeds
  readonly #slots: Slots
  readonly #feeder: Feeder
  readonly #timers = new Set<{ cancel(): void }>()
  #holdings: Holdings
  #id = 0
  #leaseUntilMs = Number.NEGATIVE_INFINITY
  #revision: number | undefined
  #position = 0
  #isClosed = false
  #beating: Promise<void> = Promise.resolve()
  #resolve: () => void = () => undefined
  #reject: (error: unknown) => void = () => undefined

  constructor(needs: MemberNeeds) {
    this.#needs = needs
    this.#slots = new Slots(needs.concurrency)
    this.#holdings = new Holdings(needs.store, 0)
    const { log, clock, logger, filter, definition } = needs
    const isPartitioned = definition.order === 'task'
    this.#feeder = new Feeder({ log, clock, logger, filter, isPartitioned, lanes: () => this.#holdings.lanes })
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.ended.catch((error: unknown) =>
      logger.error('a member of a subscription stopped', { subscription: definition.name, error: String(error) }),
    )
  }

  /** Joins and takes what is its share by now. Throws where the subscription is not there or the store is away. */
  async start(): Promise<void> {
    await this.#join()
    await this.#beat()
    this.#feeder.run().catch((error: unknown) => this.#fail(error))
    this.#every(Math.min(SUBSCRIPTION_RENEWAL_MS, this.#needs.leaseMs / 4), () => this.#beat())
    this.#every(SUBSCRIPTION_FLUSH_MS, () => this.#holdings.flush(false))
  }

  /** Everything up to here that this member was to see is done, as long as it holds something. */
  get position(): number {
    const reached = [...this.#holdings.lanes].map((lane) => lane.reached())
    if (reached.length > 0) this.#position = Math.min(...reached)
    return this.#position
  }

  async close(graceMs: number = DRAIN_GRACE_MS): Promise<void> {
    if (this.#isClosed) return this.ended.catch(() => undefined)
    this.#isClosed = true
    this.#stop()
    await this.#beating.catch(() => undefined)
    const rested = await this.#comeToRest(graceMs)
    void this.position
    await this.#holdings.giveUp(rested).catch((error: unknown) => this.#trouble(error))
    await this.#needs.store.leave(this.#id).catch((error: unknown) => this.#trouble(error))
    this.#resolve()
  }

  /** What is not at rest when the grace is over is dropped: its partition goes to whoever finds it without an owner. */
  async #comeToRest(graceMs: number): Promise<ReadonlyArray<Lane>> {
    const lanes = [...this.#holdings.lanes]
    const rested = new Set<Lane>()
    const stops = lanes.map((lane) => lane.stop().then(() => rested.add(lane)))
    await new Promise<void>((resolve) => {
      const grace = this.#needs.clock.after(graceMs, resolve)
      void Promise.all(stops).then(() => {
        grace.cancel()
        resolve()
      })
    })
    for (const lane of lanes) if (!rested.has(lane)) this.#holdings.drop(lane)
    return [...rested]
  }

  async #join(): Promise<void> {
    const { store, definition, name, leaseMs, clock } = this.#needs
    const askedAt = clock.now()
    const id = await store.join(definition.name, name, leaseMs)
    if (id === undefined) {
      throw new SubscriptionRefused('subscription_removed', `the subscription ${definition.name} was removed`)
    }
    this.#id = id
    this.#holdings = new Holdings(store, id)
    this.#leaseUntilMs = askedAt + leaseMs
  }

  #beat(): Promise<void> {
    this.#beating = this.#renew()
    return this.#beating
  }

  async #renew(): Promise<void> {
    const standing = await this.#standing()
    if (standing === undefined) {
      for (const lane of this.#holdings.lanes) this.#holdings.drop(lane)
      await this.#join()
      return this.#renew()
    }
    this.#holdings.keepOnly(standing.owned)
    await this.#holdings.flush(true)
    const strays = standing.owned.filter(({ partition }) => !this.#holdings.has(partition))
    if (strays.length > 0) await this.#needs.store.release(this.#id, strays)
    if (!this.#isClosed) await this.#takeShare(standing)
    this.#lookAgain(standing.revision)
    for (const lane of this.#holdings.lanes) lane.wake()
  }

  async #standing(): Promise<Standing | undefined> {
    const { store, leaseMs, clock } = this.#needs
    const askedAt = clock.now()
    const standing = await store.renew(this.#id, leaseMs)
    if (standing !== undefined) this.#leaseUntilMs = askedAt + leaseMs
    return standing
  }

  async #takeShare({ live, older }: Standing): Promise<void> {
    const { definition, store } = this.#needs
    const partitions = partitionsIn(definition.order)
    const share = Math.floor(partitions / live) + (older < partitions % live ? 1 : 0)
    const active = this.#holdings.active()
    const surplus = active.slice(share)
    this.#holdings.giveUp(surplus).catch((error: unknown) => this.#trouble(error))
    if (active.length >= share || (await store.claim(this.#id, share - active.length)) === 0) return
    const standing = await this.#standing()
    const claimed = standing?.owned.filter(({ partition }) => !this.#holdings.has(partition)) ?? []
    const faults = await store.faults(
      definition.name,
      claimed.map(({ partition }) => partition),
    )
    for (const owned of claimed) {
      const own = faults.filter(({ partition }) => partition === owned.partition)
      this.#holdings.add(new Lane(owned, own, this.#laneNeeds()))
    }
    this.#feeder.wake()
  }

  /** Somebody settled parked events by hand. */
  #lookAgain(revision: number): void {
    if (this.#revision !== undefined && this.#revision !== revision) {
      for (const lane of this.#holdings.lanes) lane.revise()
    }
    this.#revision = revision
  }

  #laneNeeds(): LaneNeeds {
    const { store, clock, log, filter, definition, lane } = this.#needs
    const holdings = this.#holdings
    return {
      ...lane,
      member: this.#id,
      store,
      clock,
      slots: this.#slots,
      isStrict: definition.order === 'position',
      readFaults: (partition) => store.faults(definition.name, [partition]),
      readStream: (stream, after, upTo) => readStreamBetween(log, filter, stream, after, upTo),
      mayWork: () => clock.now() < this.#leaseUntilMs,
      onChange: (changed) => this.#feeder.changed(changed),
      onLost: (lost) => holdings.drop(lost),
      onBroken: (broken, error) => {
        holdings.drop(broken)
        this.#trouble(error)
      },
    }
  }

  /** Again and again, one after the other. What the store's absence prevents is done the next time. */
  #every(ms: number, work: () => Promise<void>): void {
    if (this.#isClosed) return
    const { clock } = this.#needs
    const timer = clock.after(ms, () => {
      this.#timers.delete(timer)
      work()
        .catch((error: unknown) => this.#trouble(error))
        .finally(() => this.#every(ms, work))
    })
    this.#timers.add(timer)
  }

  #trouble(error: unknown): void {
    if (this.#isClosed) return
    const { logger, definition } = this.#needs
    const isPassing =
      isAway(error) || (error instanceof Error && 'code' in error && error.code === 'transaction_broken')
    if (!isPassing) return this.#fail(error)
    logger.warn('the store is in trouble; a subscription goes on when it is back', {
      subscription: definition.name,
      error: String(error),
    })
  }

  #fail(error: unknown): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#stop()
    for (const lane of this.#holdings.lanes) this.#holdings.drop(lane)
    this.#reject(error)
  }

  #stop(): void {
    for (const timer of this.#timers) timer.cancel()
    this.#timers.clear()
    this.#feeder.stop()
  }
}
