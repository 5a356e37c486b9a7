/**
 * Projections kept up with the log, by one process at a time.
 *
 * waiting (another process projects) → leading: look (what stands where) → cohorts, each a page at a time, those that
 * are behind with more → look again when somebody else has written, when a fault was met, or now and then → …; a lost
 * leadership or a broken connection goes back to waiting. A projection whose table is another version's, or that begins
 * far behind, is built beside it meanwhile. Where a later version has built one, this process gives the leadership up
 * now and then, so that whoever can go on with that one gets it.
 */
import type { Projection } from '../../projections/projection.js'
import {
  PROJECTION_BUILD_POSITIONS,
  PROJECTION_CATCH_UP_PAGES,
  PROJECTION_IDLE_MS,
  PROJECTION_INTERVAL_MS,
  PROJECTION_LOOK_MS,
  PROJECTION_PAGE_LEAST,
  PROJECTION_RETRY_MS,
} from '../core/limits.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { Logger } from '../ports/logger.js'
import type { Fault } from './applier.js'
import { Cohort, type Member } from './cohort.js'
import type { EventPages } from './event-pages.js'
import { ProjectionRefused, ProjectionStopped } from './projection-error.js'
import { ABANDONED, type Checkpoint, CheckpointMoved, type ProjectionStore } from './projection-store.js'
import { rebuild, rebuildLock } from './rebuild.js'

export interface LiveNeeds {
  readonly log: Pick<Log, 'lead' | 'position' | 'waitFor'>
  readonly pages: EventPages
  readonly checkpoints: ProjectionStore
  readonly projections: ReadonlyArray<Projection>
  /** The process that projects these is the one that leads under this name. */
  readonly lock: string
  readonly clock: Clock
  readonly logger: Logger
}

export class LiveProjections {
  readonly #needs: LiveNeeds
  readonly #stopping = new AbortController()
  /** Projections that met a fault, until when they are left alone. */
  readonly #resting = new Map<string, number>()
  #cohorts: ReadonlyArray<Cohort> = []
  #lookAtMs = 0
  /** A later version has built one of them: its process can go on with all of them, and this one cannot. */
  #isSuperseded = false
  /** `over` is aborted when it has ended, and with the leadership: nobody idles over it. */
  #building: { readonly name: string; readonly done: Promise<void>; readonly over: AbortSignal } | undefined
  #running: Promise<void> | undefined

  constructor(needs: LiveNeeds) {
    this.#needs = needs
  }

  start(): void {
    this.#running ??= this.#run()
  }

  /** Resolves when nothing is written any more; a build under way is given up. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { log, logger, lock } = this.#needs
    while (!this.#stopping.signal.aborted) {
      const leadership = await log.lead(lock).catch(() => undefined)
      if (leadership !== undefined) {
        const signal = AbortSignal.any([this.#stopping.signal, leadership.lost])
        await this.#lead(signal).catch((error: unknown) => {
          logger.warn('the projections pause', { error: String(error) })
        })
        await this.#building?.done
        await leadership.resign().catch(() => undefined)
      }
      await this.#pause(PROJECTION_RETRY_MS, this.#stopping.signal)
    }
  }

  /** Until the leadership is lost, or an event is met that another version may be able to read. */
  async #lead(signal: AbortSignal): Promise<void> {
    const { checkpoints, projections, log } = this.#needs
    await checkpoints.define(projections)
    this.#lookAtMs = 0
    const untilMs = this.#needs.clock.now() + PROJECTION_RETRY_MS
    while (!signal.aborted) {
      if (this.#needs.clock.now() >= this.#lookAtMs) await this.#look(signal)
      if (this.#isSuperseded && this.#needs.clock.now() >= untilMs) return
      const moved = await this.#moveAll(signal).catch((error: unknown) => {
        if (!(error instanceof CheckpointMoved)) throw error
        this.#lookAtMs = 0
        return 1
      })
      if (moved === 'unreadable') return
      const [furthest] = this.#cohorts
      if (furthest === undefined) await this.#pause(this.#idleMs(), this.#building?.over ?? signal)
      else if (moved === 0) await log.waitFor(furthest.position, this.#idleMs(), this.#building?.over ?? signal)
      // Where much comes it comes in pages; where little does, a few events share a transaction.
      if (moved < PROJECTION_PAGE_LEAST) await this.#pause(PROJECTION_INTERVAL_MS, signal)
    }
  }

  /** What stands where, by the database. */
  async #look(signal: AbortSignal): Promise<void> {
    const { checkpoints, pages, projections, log, clock } = this.#needs
    const standing = await checkpoints.all()
    const head = await log.position()
    this.#isSuperseded = projections.some(({ name, version }) => (standing.get(name)?.version ?? 0) > version)
    const members: Member[] = []
    for (const projection of projections) {
      const found = standing.get(projection.name)
      if (found === undefined) continue
      if (this.#isToBuild(projection, found, head)) this.#build(projection, found, signal)
      else if (found.version === projection.version && !this.#rests(projection.name)) {
        members.push({ projection, epoch: found.epoch, position: found.position })
      }
    }
    await this.#clean()
    const kept = this.#cohorts.filter((cohort) => !cohort.isSpoilt)
    this.#cohorts = byPosition(members).map(
      (alike) => kept.find((cohort) => isOf(cohort, alike)) ?? new Cohort(alike, pages, checkpoints),
    )
    // Where all of them move together nobody else can change that without being noticed; but what a build has left whose
    // process is gone is noticed by looking alone.
    const isWhole = this.#cohorts.length === 1 && members.length === projections.length
    this.#lookAtMs = clock.now() + (isWhole ? PROJECTION_LOOK_MS : PROJECTION_RETRY_MS)
  }

  #isToBuild({ name, version }: Projection, found: Checkpoint, head: number): boolean {
    if (this.#building?.name === name) return true
    return version > found.version || (found.position === 0 && head > PROJECTION_BUILD_POSITIONS)
  }

  /** Resolves with how many events were looked at, or that one of them cannot be read here. */
  async #moveAll(signal: AbortSignal): Promise<number | 'unreadable'> {
    let moved = 0
    let ahead: number | undefined
    for (const cohort of this.#cohorts) {
      for (let pages = 0; pages < (ahead === undefined ? 1 : PROJECTION_CATCH_UP_PAGES); pages += 1) {
        if (signal.aborted || cohort.position === ahead) break
        const { events, faults, isUnreadable } = await cohort.step(ahead)
        moved += events
        for (const [member, fault] of faults) await this.#rest(member, fault)
        if (isUnreadable) return 'unreadable'
        if (faults.size > 0) return moved
        if (events === 0) break
      }
      // They go on together from here.
      if (cohort.position === ahead) this.#lookAtMs = 0
      ahead = cohort.position
    }
    return moved
  }

  async #rest({ projection, epoch, position }: Member, fault: Fault): Promise<void> {
    const { clock, checkpoints, logger } = this.#needs
    const { name } = projection
    logger.error('a projection cannot go on', { projection: name, ...fault, after: position })
    this.#resting.set(name, clock.now() + PROJECTION_RETRY_MS)
    this.#lookAtMs = 0
    await checkpoints.noteFault({ name, epoch }, fault)
  }

  #rests(name: string): boolean {
    const until = this.#resting.get(name)
    if (until === undefined) return false
    if (until > this.#needs.clock.now()) return true
    this.#resting.delete(name)
    return false
  }

  /** One at a time, beside everything else. */
  #build(projection: Projection, { epoch }: Checkpoint, signal: AbortSignal): void {
    const { logger } = this.#needs
    const { name } = projection
    if (this.#building !== undefined || this.#rests(name)) return
    logger.info('a projection is built', { projection: name })
    const over = new AbortController()
    const done = rebuild(this.#needs, projection, { signal })
      .then((position) => logger.info('a projection was built', { projection: name, position }))
      .catch(async (error: unknown) => {
        if (error instanceof ProjectionRefused || signal.aborted) return
        const code = error instanceof ProjectionStopped ? error.code : 'rebuild_failed'
        const position = error instanceof ProjectionStopped ? error.position : 0
        await this.#rest({ projection, epoch, position }, { code, message: String(error), position })
      })
      .catch((error: unknown) => logger.warn('a fault of a projection could not be noted', { error: String(error) }))
      .finally(() => {
        this.#building = undefined
        this.#lookAtMs = 0
        over.abort()
      })
    this.#building = { name, done, over: AbortSignal.any([signal, over.signal]) }
  }

  /** What builds have left whose process is gone. */
  async #clean(): Promise<void> {
    const { checkpoints, log, projections } = this.#needs
    for (const { name, build, ended, isLed } of await checkpoints.builds()) {
      const projection = projections.find((known) => known.name === name)
      if (projection === undefined || this.#building?.name === name || ended !== undefined || isLed) continue
      const leadership = await log.lead(rebuildLock(name))
      if (leadership === undefined) continue
      await checkpoints.dropBuild({ projection, build }, ABANDONED).finally(() => leadership.resign())
    }
  }

  #idleMs(): number {
    return Math.max(PROJECTION_INTERVAL_MS, Math.min(PROJECTION_IDLE_MS, this.#lookAtMs - this.#needs.clock.now()))
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = (): void => {
        timer.cancel()
        signal.removeEventListener('abort', wake)
        resolve()
      }
      const timer = this.#needs.clock.after(ms, wake)
      signal.addEventListener('abort', wake)
    })
  }
}

const isOf = ({ members }: Cohort, alike: ReadonlyArray<Member>): boolean =>
  members.length === alike.length &&
  members.every((member) =>
    alike.some(
      ({ projection, epoch, position }) =>
        projection === member.projection && epoch === member.epoch && position === member.position,
    ),
  )

/** Those that stand alike together, the furthest first. */
const byPosition = (members: ReadonlyArray<Member>): ReadonlyArray<ReadonlyArray<Member>> => {
  const groups = new Map<number, Member[]>()
  for (const member of members.toSorted((left, right) => right.position - left.position)) {
    const alike = groups.get(member.position)
    if (alike === undefined) groups.set(member.position, [member])
    else alike.push(member)
  }
  return [...groups.values()]
}
