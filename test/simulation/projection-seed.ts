/**
 * One simulated run of projections: processes follow a log that grows, build projections anew beside the ones that
 * serve, and die or give up between any two awaits. After each change of what serves, its rows are the fold of the log
 * up to its position, which never goes back; when the trouble has ended all of them show everything, and nothing that a
 * build has left stands about.
 */

import { catalogUsage } from '../../projections/catalog-usage/catalog-usage.js'
import type { Projection } from '../../projections/projection.js'
import { readiness } from '../../projections/readiness/readiness.js'
import { taskSummaries } from '../../projections/task-summaries/task-summaries.js'
import { createMemoryStore } from '../../src/log/memory-store.js'
import { silentLogger } from '../../src/ports/logger.js'
import type { EventPages, PlainEvent } from '../../src/projector/event-pages.js'
import { LiveProjections } from '../../src/projector/live.js'
import { ProjectionRefused } from '../../src/projector/projection-error.js'
import { rebuild } from '../../src/projector/rebuild.js'
import type { Row } from '../../src/projector/row-changes.js'
import { pagesIn, plainEvent, rowsOf } from '../support/projected-rows.js'
import { GrowingLog } from './growing-log.js'
import { ProjectionMemory, type Serving } from './projection-memory.js'
import { runSeed } from './run-seed.js'
import { born, createWorld, type Mortal, type World } from './world.js'

export interface ProjectionReport {
  readonly events: number
  readonly deaths: number
  readonly rebuilds: number
  readonly cancelled: number
  readonly swaps: number
  /** Of a later version, which an earlier one could not go on with. */
  readonly upgrades: number
  /** Answers of the store that were lost. */
  readonly lost: number
}

const PROCESSES = 2
const TROUBLES = 8
const PAGE = 9

const OLD: ReadonlyArray<Projection> = [readiness, taskSummaries, catalogUsage]
/** As a later version of Tasker has them: one has changed. */
const NEW: ReadonlyArray<Projection> = [readiness, { ...taskSummaries, version: 2 }, catalogUsage]

/** Throws with what went wrong; the same seed goes wrong in the same way. */
export const runProjectionSeed = async (seed: number): Promise<ProjectionReport> => {
  const recorded = createMemoryStore()
  await runSeed(seed, { store: recorded, tasks: 2 })
  const run = new Run(createWorld(seed), recorded.events.map(plainEvent))
  await run.play()
  await run.check(seed)
  return { ...run.counts, events: recorded.events.length, swaps: run.swaps, upgrades: run.upgrades }
}

class Run {
  readonly counts = { deaths: 0, rebuilds: 0, cancelled: 0, lost: 0 }
  readonly #log: GrowingLog
  readonly #memory: ProjectionMemory
  readonly #processes: Mortal[] = []
  readonly #checks: Array<Promise<void>> = []
  readonly #faults: string[] = []
  #troubles = 0

  constructor(
    private readonly world: World,
    private readonly events: ReadonlyArray<PlainEvent>,
  ) {
    this.#log = new GrowingLog(world.clock, events.length)
    this.#memory = new ProjectionMemory(world.clock, (changed, before) =>
      this.#checks.push(this.#hold(changed, before)),
    )
  }

  get upgrades(): number {
    return this.#memory.serving.get('task_summaries')?.version === 2 ? 1 : 0
  }

  get swaps(): number {
    return this.#memory.swaps
  }

  async play(): Promise<void> {
    for (let count = 0; count < PROCESSES; count += 1) this.#start()
    this.#timePasses()
    const isDone = await this.world.run(
      () => this.#faults.length > 0 || this.#isDone(),
      () => this.#happen(),
    )
    if (!isDone) this.#faults.push('the projections do not come to the end of the log')
    for (const process of this.#processes) process.die()
  }

  async check(seed: number): Promise<void> {
    await Promise.all(this.#checks)
    if (this.#faults.length > 0) throw new Error(`seed ${seed}: ${this.#faults[0]}`)
  }

  /** What serves is the fold of the log, at whatever moment it is looked at. */
  async #hold({ projection, position, table }: Serving, before: number): Promise<void> {
    const { name } = projection
    if (position < before) this.#faults.push(`${name} went back from ${before} to ${position}`)
    const rows = textOf(table.rows())
    const folded = textOf(await rowsOf(projection, this.events.slice(0, position)))
    if (rows !== folded) this.#faults.push(`${name} is at ${position} not the fold of the log: ${rows}; ${folded}`)
  }

  /** Later ones know a later version. */
  #start(): void {
    const process = born(`process-${this.#processes.length}`)
    this.#processes.push(process)
    const projections = this.#processes.length > PROCESSES ? NEW : OLD
    const needs = this.#needsOf(process)
    new LiveProjections({ ...needs, projections, lock: 'projections', logger: silentLogger }).start()
  }

  #needsOf(process: Mortal) {
    return {
      log: this.#log.as(process, this.world),
      pages: pagesOf(this.world, process, this.events, () => this.#log.end),
      clock: this.world.clockOf(process),
      checkpoints: this.#memory.storeOf({
        turn: () => this.world.turn(process),
        death: process.death,
        isLost: () => this.#isLost(),
      }),
    }
  }

  /** Before each turn something may happen: the log grows, a process dies, somebody builds one anew. */
  #happen(): void {
    const { random, pick } = this.world
    if (random() < 0.03) this.#log.grow(1 + pick(10))
    if (this.#troubles >= TROUBLES || random() > 0.01) return
    this.#troubles += 1
    const process = this.#processes.filter(({ alive }) => alive)[pick(PROCESSES)]
    if (process !== undefined && random() < 0.6) this.#kill(process)
    else if (process !== undefined) this.#rebuild(process)
  }

  #rebuild(process: Mortal): void {
    const [projection] = OLD.slice(this.world.pick(OLD.length))
    // Nobody builds an earlier version: the command line knows the version of its own process.
    if (projection === undefined || (projection === taskSummaries && this.#processes.length > PROCESSES)) return
    this.counts.rebuilds += 1
    const cancelling = new AbortController()
    const phases = 1 + this.world.pick(6)
    let told = 0
    const onProgress = (): void => {
      told += 1
      if (told === phases) cancelling.abort()
    }
    const isCancelled = this.world.random() < 0.5
    const needs = this.#needsOf(process)
    rebuild(needs, projection, {
      signal: cancelling.signal,
      ...(isCancelled ? { onProgress } : {}),
    }).catch((error: unknown) => {
      if (error instanceof ProjectionRefused && error.code === 'rebuild_cancelled') this.counts.cancelled += 1
    })
    // Somebody asks from outside that it end, at whatever moment.
    if (isCancelled || this.world.random() < 0.5) return
    this.world.clock.after(this.world.random() * 1_000, () => {
      needs.checkpoints.askCancel(projection.name).catch(() => undefined)
    })
  }

  #kill(process: Mortal): void {
    this.counts.deaths += 1
    process.die()
    this.#start()
  }

  #isLost(): boolean {
    if (this.#troubles >= TROUBLES || this.world.random() > 0.03) return false
    this.counts.lost += 1
    return true
  }

  /** There is always something that comes later. */
  #timePasses(): void {
    this.world.clock.after(1_000, () => this.#timePasses())
  }

  #isDone(): boolean {
    if (this.#log.end < this.events.length || this.#troubles < TROUBLES || this.#memory.building.size > 0) return false
    const all = [...this.#memory.serving.values()]
    return all.length === OLD.length && all.every(({ position }) => position === this.events.length)
  }
}

/** Whatever the order of its columns. */
const textOf = (rows: ReadonlyArray<Row>): string =>
  rows
    .map((row) => JSON.stringify(Object.entries(row).toSorted(([left], [right]) => (left < right ? -1 : 1))))
    .join('\n')

/** Pages of what the log holds by now, a few events each; every reading takes its turn. */
const pagesOf = (world: World, process: Mortal, events: ReadonlyArray<PlainEvent>, end: () => number): EventPages => {
  const read = async (choose: () => ReadonlyArray<PlainEvent>): Promise<ReadonlyArray<PlainEvent>> => {
    await world.turn(process)
    const page = choose()
    await world.turn(process)
    return page
  }
  const byStream = events.toSorted((left, right) =>
    left.stream === right.stream ? left.version - right.version : left.stream < right.stream ? -1 : 1,
  )
  return {
    byPosition: (after, upTo = end()) =>
      read(() => events.filter(({ position }) => position > after && position <= Math.min(upTo, end())).slice(0, PAGE)),
    byStream: (after, upTo) =>
      read(() =>
        byStream
          .filter(({ position }) => position <= upTo)
          .filter(
            ({ stream, version }) => stream > after.stream || (stream === after.stream && version > after.version),
          )
          .slice(0, PAGE),
      ),
    histories: pagesIn(events).histories,
    endOf: async () => undefined,
    ageAbove: async () => undefined,
  }
}
