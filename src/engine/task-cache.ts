/**
 * Folded states of tasks, bounded: the ones used least lately go first. A state that is in the cache is the fold of the
 * log up to its version; a chain whose append did not land drops it, since it was changed meanwhile.
 */
import * as E from 'fp-ts/lib/Either.js'
import { decodeEvent } from '../core/event.js'
import { evolve } from '../core/evolve/evolve.js'
import {
  MAX_CACHED_ENDED_TASKS,
  MAX_CACHED_STEPS,
  MAX_CACHED_TASKS,
  SNAPSHOT_EVENTS_PER_STEP,
  SNAPSHOT_EVERY_EVENTS,
} from '../core/limits.js'
import { emptyState, isOver, type TaskState } from '../core/state.js'
import type { Log, StoredEvent } from '../ports/log.js'
import { reviveState, serializeState } from './snapshot.js'

export interface CachedTask {
  readonly stream: string
  state: TaskState
  version: number
  hash: string
  snapshotVersion: number
  /** The steps that it counts for in the cache. */
  weight: number
}

/** A task whose events this process cannot read: it is left alone and reported. */
export class UnreadableTask extends Error {
  constructor(
    readonly stream: string,
    readonly code: string,
    message: string,
  ) {
    super(`${stream} is left alone: ${message}`)
    this.name = 'UnreadableTask'
  }
}

export interface TaskCache {
  get(stream: string): CachedTask | undefined
  /** A task that is to be created: nothing is read of it; should it exist, the append says so. */
  begin(stream: string): CachedTask
  /** From the cache, else from the log (a snapshot and what came after it). */
  load(stream: string): Promise<CachedTask>
  /** Brings a cached task to the head of its stream. */
  refresh(task: CachedTask): Promise<boolean>
  /** Folds events that another process appended. */
  catchUp(task: CachedTask, missed: ReadonlyArray<StoredEvent>): void
  drop(stream: string): void
  /** To be called after an append: writes a snapshot now and then, outside of it. */
  landed(task: CachedTask): void
}

export const createTaskCache = (log: Log, evolveDigest: string, onError: (error: unknown) => void): TaskCache =>
  new FoldedTasks(log, evolveDigest, onError)

class FoldedTasks implements TaskCache {
  readonly catchUp = applyStored
  readonly #tasks = new Map<string, CachedTask>()
  /** Streams of tasks that are over, in the order of their ends. */
  readonly #over: string[] = []
  #weight = 0

  constructor(
    private readonly log: Log,
    private readonly evolveDigest: string,
    private readonly onError: (error: unknown) => void,
  ) {}

  get(stream: string): CachedTask | undefined {
    return this.#tasks.get(stream)
  }

  begin(stream: string): CachedTask {
    return this.#keep(this.#tasks.get(stream) ?? freshTask(stream))
  }

  async load(stream: string): Promise<CachedTask> {
    return this.#keep(this.#tasks.get(stream) ?? (await this.#read(stream)))
  }

  async refresh(task: CachedTask): Promise<boolean> {
    const missed = await this.log.readStream(task.stream, task.version)
    applyStored(task, missed)
    return missed.length > 0
  }

  drop(stream: string): void {
    const task = this.#tasks.get(stream)
    if (task === undefined) return
    this.#tasks.delete(stream)
    this.#weight -= task.weight
  }

  landed(task: CachedTask): void {
    this.#letGo(task)
    if (this.#tasks.get(task.stream) === task) this.#weigh(task)
    if (isOver(task.state) || task.version - task.snapshotVersion < snapshotInterval(task.state)) return
    task.snapshotVersion = task.version
    const { stream, version, hash } = task
    const snapshot = { stream, version, hash, evolveDigest: this.evolveDigest, state: serializeState(task.state) }
    this.log.saveSnapshot(snapshot).catch(this.onError)
  }

  /** Who waits for a task still looks at it once it is over; after that it only costs memory. */
  #letGo(task: CachedTask): void {
    if (!isOver(task.state)) return
    this.#over.push(task.stream)
    const oldest = this.#over.length > MAX_CACHED_ENDED_TASKS ? this.#over.shift() : undefined
    const ended = oldest === undefined ? undefined : this.#tasks.get(oldest)
    if (ended !== undefined && isOver(ended.state)) this.drop(ended.stream)
  }

  #keep(task: CachedTask): CachedTask {
    this.drop(task.stream)
    task.weight = 0
    this.#tasks.set(task.stream, task)
    this.#weigh(task)
    while (this.#tasks.size > 1 && (this.#tasks.size > MAX_CACHED_TASKS || this.#weight > MAX_CACHED_STEPS)) {
      const oldest = this.#tasks.keys().next().value
      if (oldest !== undefined) this.drop(oldest)
    }
    return task
  }

  #weigh(task: CachedTask): void {
    this.#weight += task.state.nodes.length - task.weight
    task.weight = task.state.nodes.length
  }

  async #read(stream: string): Promise<CachedTask> {
    const snapshot = await this.log.loadSnapshot(stream, this.evolveDigest)
    const task = freshTask(stream)
    if (snapshot !== undefined) {
      task.state = reviveState(snapshot.state)
      task.version = snapshot.version
      task.hash = snapshot.hash
      task.snapshotVersion = snapshot.version
    }
    applyStored(task, await this.log.readStream(stream, task.version))
    return task
  }
}

const freshTask = (stream: string): CachedTask => ({
  stream,
  state: emptyState(),
  version: 0,
  hash: '',
  snapshotVersion: 0,
  weight: 0,
})

const snapshotInterval = ({ nodes }: TaskState): number =>
  Math.max(SNAPSHOT_EVERY_EVENTS, SNAPSHOT_EVENTS_PER_STEP * nodes.length)

function applyStored(task: CachedTask, stored: ReadonlyArray<StoredEvent>): void {
  for (const event of stored) {
    const decoded = decodeEvent(event)
    if (E.isLeft(decoded)) throw new UnreadableTask(task.stream, decoded.left.code, decoded.left.message)
    evolve(task.state, decoded.right)
    task.version = event.version
    task.hash = event.hash
  }
}
