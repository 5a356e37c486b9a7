/**
 * A projection is built anew beside the one that serves, while the log is written to and read.
 *
 * begin (an empty table) → tasks (each task folded up to the position at the beginning) → indexes → log (what came
 * meanwhile, in its order) → swap (the old one stands still, the new one catches up with it and takes its place, in one
 * transaction). Whatever ends it before the swap leaves the old one serving; what it leaves behind is removed by
 * whoever builds next, or by the process that projects.
 */
import type { Projection } from '../../projections/projection.js'
import type { Log } from '../ports/log.js'
import type { RebuildOptions, RebuildPhase, RebuildProgress } from '../ports/projections.js'
import { Applier } from './applier.js'
import type { EventPages } from './event-pages.js'
import { ProjectionRefused, ProjectionStopped } from './projection-error.js'
import type { BuildEnd, ProjectionStore } from './projection-store.js'
import { RowChanges } from './row-changes.js'
import { TaskByTask } from './task-by-task.js'

export interface RebuildNeeds {
  readonly log: Pick<Log, 'lead' | 'position'>
  readonly pages: EventPages
  readonly checkpoints: ProjectionStore
}

export const rebuildLock = (name: string): string => `rebuild ${name}`

/** Resolves with the position that the new table has when it begins to serve. Throws `ProjectionRefused`. */
export const rebuild = async (
  needs: RebuildNeeds,
  projection: Projection,
  { signal, onBegin, onProgress }: RebuildOptions = {},
): Promise<number> => {
  const { name } = projection
  const leadership = await needs.log.lead(rebuildLock(name))
  if (leadership === undefined) throw new ProjectionRefused('rebuild_under_way', `${name} is being rebuilt already`)
  try {
    await needs.checkpoints.define([projection])
    const goal = await needs.log.position()
    const build = await needs.checkpoints.beginBuild(projection, goal)
    onBegin?.(build)
    const ending = { cancelled: signal, lost: leadership.lost }
    try {
      return await new Rebuilding(needs, projection, build, goal, ending, onProgress).run()
    } catch (error) {
      // A database that is away keeps it; the next one who comes finds it.
      await needs.checkpoints.dropBuild({ projection, build }, endOf(error)).catch(() => undefined)
      throw error
    }
  } finally {
    await leadership.resign()
  }
}

const endOf = (error: unknown): BuildEnd => {
  if (error instanceof ProjectionRefused && error.code === 'rebuild_cancelled') return { outcome: 'cancelled' }
  const code = error instanceof ProjectionRefused || error instanceof ProjectionStopped ? error.code : 'rebuild_failed'
  return { outcome: 'failed', code, message: error instanceof Error ? error.message : String(error) }
}

class Rebuilding {
  #events = 0
  #position = 0
  #phase: RebuildPhase = 'tasks'
  #applier: Applier | undefined

  constructor(
    private readonly needs: RebuildNeeds,
    private readonly projection: Projection,
    private readonly build: number,
    private readonly goal: number,
    private readonly ending: { readonly cancelled: AbortSignal | undefined; readonly lost: AbortSignal },
    private readonly onProgress: ((progress: RebuildProgress) => void) | undefined,
  ) {}

  async run(): Promise<number> {
    await this.#byTask()
    await this.#enter('indexes')
    await this.#write((table) => table.createIndexes())
    this.#position = this.goal
    this.#phase = 'log'
    while ((await this.#follow(undefined)) > 0) this.#tell()
    await this.#enter('swap')
    await this.needs.checkpoints.swap({ projection: this.projection, build: this.build }, (upTo) => this.#reach(upTo))
    return this.#position
  }

  /** Pages are read, folded and written at the same time, each by one. */
  async #byTask(): Promise<void> {
    const folding = new TaskByTask(this.needs.pages, [this.projection], this.goal)
    let writing: Promise<void> = Promise.resolve()
    for (;;) {
      this.#refuseAbort()
      const changes = new RowChanges(this.projection)
      const read = await folding.page((_, made) => changes.take(made))
      // Rows are asked before the fold goes on.
      const writes = changes.writes()
      await writing
      if (read === 0) return
      this.#events += read
      this.#tell()
      writing = this.#write((table) => table.writeAll(writes))
      writing.catch(() => undefined)
    }
  }

  /** The next page of what came meanwhile; resolves with the number of its events. */
  async #follow(upTo: number | undefined): Promise<number> {
    this.#refuseAbort()
    const page = await this.needs.pages.byPosition(this.#position, upTo)
    if (page.length === 0) return 0
    this.#applier ??= new Applier([this.projection], this.needs.pages)
    const { changes, failed, reached, unreadable } = await this.#applier.apply(page)
    const fault = unreadable ?? failed.get(0)
    if (fault !== undefined) throw new ProjectionStopped(fault)
    const [made] = changes
    this.#position = reached
    this.#events += page.length
    await this.#write(async (table) => {
      if (made !== undefined) await table.writeAll(made.writes())
    })
    return page.length
  }

  /** No reader is ever put back behind what the old table showed. */
  async #reach(upTo: number): Promise<number> {
    this.#refuseAbort()
    while (this.#position < upTo) {
      if ((await this.#follow(upTo)) === 0) this.#position = upTo
    }
    return this.#position
  }

  #write(write: Parameters<ProjectionStore['advanceBuild']>[2]): Promise<void> {
    const { projection, build } = this
    return this.needs.checkpoints.advanceBuild(
      { projection, build },
      { phase: this.#phase, position: this.#position, events: this.#events },
      write,
    )
  }

  /** What takes its time says so before. */
  async #enter(phase: RebuildPhase): Promise<void> {
    this.#phase = phase
    this.#tell()
    await this.#write(async () => undefined)
  }

  #tell(): void {
    this.onProgress?.({ phase: this.#phase, events: this.#events, goal: this.goal })
  }

  #refuseAbort(): void {
    const { name } = this.projection
    if (this.ending.cancelled?.aborted === true) {
      throw new ProjectionRefused('rebuild_cancelled', `the rebuild of ${name} was cancelled`)
    }
    if (this.ending.lost.aborted) {
      throw new ProjectionRefused('rebuild_lost', `the rebuild of ${name} has lost its connection to the database`)
    }
  }
}
