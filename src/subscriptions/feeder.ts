/**
 * Reads the log once for all lanes of a member. Lanes that stand near each other are read together; one that is far
 * behind (it was just taken over, or its queue was full for a while) is read by itself until it has caught up, in turns
 * with those in front. Lanes that have enough to do are left out, and nothing is read while the member has enough.
 */
import {
  SUBSCRIPTION_COHORT_POSITIONS,
  SUBSCRIPTION_IDLE_MS,
  SUBSCRIPTION_LANE_EVENTS,
  SUBSCRIPTION_PAGE_EVENTS,
  SUBSCRIPTION_QUEUED_EVENTS,
  SUBSCRIPTION_READ_INTERVAL_MS,
} from '../core/limits.js'
import { PARTITIONS, partitionOf } from '../log/partition.js'
import type { Clock } from '../ports/clock.js'
import type { EventFilter, Log, StoredEvent } from '../ports/log.js'
import type { Logger } from '../ports/logger.js'
import type { Lane } from './lane.js'
import { isAway } from './pages.js'

export interface FeederNeeds {
  readonly log: Log
  readonly clock: Clock
  readonly logger: Logger
  readonly filter: EventFilter
  /** Whether lanes are partitions of the tasks, or the one lane is everything. */
  readonly isPartitioned: boolean
  readonly lanes: () => Iterable<Lane>
}

interface Cohort {
  readonly lanes: ReadonlyArray<Lane>
  readonly after: number
  /** Others stand further on: there is more to read, whatever the log has heard. */
  readonly isBehind: boolean
}

export class Feeder {
  readonly #needs: FeederNeeds
  #isStopped = false
  #isFrontsTurn = false
  #isFull = true
  #lastAtMs = Number.NEGATIVE_INFINITY
  #waiting = new AbortController()
  /** Lanes that were left out of the last reading. */
  readonly #full = new Set<Lane>()
  /** Nothing is read because the others have enough as well. */
  #isGlut = false

  constructor(needs: FeederNeeds) {
    this.#needs = needs
  }

  /** Resolves when stopped; throws where the log is broken. */
  async run(): Promise<void> {
    while (!this.#isStopped) {
      const waiting = new AbortController()
      this.#waiting = waiting
      const cohort = this.#choose()
      if (cohort === undefined) await aborted(waiting.signal)
      else await this.#read(cohort, waiting.signal)
    }
  }

  stop(): void {
    this.#isStopped = true
    this.wake()
  }

  /** Lanes have come or gone, or may be read for again. */
  wake(): void {
    this.#waiting.abort()
  }

  /** A lane has worked something off. */
  changed(lane: Lane): void {
    if (this.#full.has(lane) && lane.queued <= SUBSCRIPTION_LANE_EVENTS / 2) this.wake()
    else if (this.#isGlut && this.#queued() <= SUBSCRIPTION_QUEUED_EVENTS / 2) this.wake()
  }

  async #read({ lanes, after, isBehind }: Cohort, signal: AbortSignal): Promise<void> {
    const { log, clock, filter, isPartitioned } = this.#needs
    try {
      if (!isBehind && !(await log.waitFor(after, SUBSCRIPTION_IDLE_MS, signal)) && signal.aborted) return
      const since = clock.now() - this.#lastAtMs
      if (!this.#isFull && since < SUBSCRIPTION_READ_INTERVAL_MS)
        await this.#pause(SUBSCRIPTION_READ_INTERVAL_MS - since)
      const partitions = new Set(lanes.map(({ hold }) => hold.partition))
      const isAll = !isPartitioned || partitions.size === PARTITIONS
      const page = await log.readMatching(after, isAll ? filter : { ...filter, partitions }, SUBSCRIPTION_PAGE_EVENTS)
      this.#lastAtMs = clock.now()
      this.#isFull = page.events.length === SUBSCRIPTION_PAGE_EVENTS
      const shares = isPartitioned ? byPartition(page.events) : new Map([[0, page.events]])
      for (const lane of lanes) lane.offer(shares.get(lane.hold.partition) ?? [], page.lookedTo)
    } catch (error) {
      if (!isAway(error)) throw error
      this.#needs.logger.warn('the log is away; a subscription waits for it', { error: String(error) })
    }
  }

  #choose(): Cohort | undefined {
    const ready: Lane[] = []
    this.#full.clear()
    for (const lane of this.#needs.lanes()) {
      if (lane.isStopping) continue
      if (lane.queued < SUBSCRIPTION_LANE_EVENTS) ready.push(lane)
      else this.#full.add(lane)
    }
    this.#isGlut = this.#queued() >= SUBSCRIPTION_QUEUED_EVENTS
    if (ready.length === 0 || this.#isGlut) return undefined
    const stands = ready.map(({ readTo }) => readTo)
    const [lowest, highest] = [Math.min(...stands), Math.max(...stands)]
    const isSplit = highest - lowest > SUBSCRIPTION_COHORT_POSITIONS
    this.#isFrontsTurn = isSplit && !this.#isFrontsTurn
    const from = this.#isFrontsTurn ? highest - SUBSCRIPTION_COHORT_POSITIONS : lowest
    const lanes = ready.filter(({ readTo }) => readTo >= from && readTo <= from + SUBSCRIPTION_COHORT_POSITIONS)
    return { lanes, after: Math.min(...lanes.map(({ readTo }) => readTo)), isBehind: isSplit }
  }

  /** Events that wait in lanes that are not full; what waits in those others cannot hold up. */
  #queued(): number {
    let queued = 0
    for (const lane of this.#needs.lanes()) if (!this.#full.has(lane)) queued += lane.queued
    return queued
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#needs.clock.after(ms, resolve))
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

const byPartition = (events: ReadonlyArray<StoredEvent>): ReadonlyMap<number, ReadonlyArray<StoredEvent>> => {
  const shares = new Map<number, StoredEvent[]>()
  let stream: string | undefined
  let share: StoredEvent[] = []
  for (const event of events) {
    if (event.stream !== stream) {
      stream = event.stream
      const partition = partitionOf(stream)
      share = shares.get(partition) ?? []
      shares.set(partition, share)
    }
    share.push(event)
  }
  return shares
}
