/**
 * Folded states of tasks, bounded: the ones used least lately go first. A state that is in the cache is the fold of the
 * log up to its version; a chain whose append did not land drops it, since it was changed meanwhile.
 */
import * as E from 'fp-ts/lib/Either.js'
import { decodeEvent } from '../core/event.js'
import { evolve } from '../core/evolve/evolve.js'
import { MAX_CACHED_ENDED_TASKS, MAX_CACHED_TASKS, SNAPSHOT_EVERY_EVENTS } from '../core/limits.js'
import { emptyState, isOver, type TaskState } from '../core/state.js'
import type { Log, StoredEvent } from '../ports/log.js'
import { reviveState, serializeState } from './snapshot.js'

export interface CachedTask {
  readonly stream: string
  state: TaskState
  version: number
  hash: string
  snapshotVersion: number
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

export const createTaskCache = (log: Log, evolveDigest: string, onError: (error: unknown) => void): TaskCache => {
  const tasks = new Map<string, CachedTask>()

  const over: string[] = []

  /** Who waits for a task still looks at it once it is over; after that it only costs memory. */
  const letGo = (task: CachedTask): void => {
    if (!isOver(task.state)) return
    over.push(task.stream)
    const oldest = over.length > MAX_CACHED_ENDED_TASKS ? over.shift() : undefined
    const ended = oldest === undefined ? undefined : tasks.get(oldest)
    if (ended !== undefined && isOver(ended.state)) tasks.delete(ended.stream)
  }

  const keep = (task: CachedTask): void => {
    tasks.delete(task.stream)
    tasks.set(task.stream, task)
    if (tasks.size <= MAX_CACHED_TASKS) return
    for (const oldest of tasks.keys()) {
      tasks.delete(oldest)
      return
    }
  }

  const read = async (stream: string): Promise<CachedTask> => {
    const snapshot = await log.loadSnapshot(stream, evolveDigest)
    const task: CachedTask =
      snapshot === undefined
        ? freshTask(stream)
        : {
            stream,
            state: reviveState(snapshot.state),
            version: snapshot.version,
            hash: snapshot.hash,
            snapshotVersion: snapshot.version,
          }
    applyStored(task, await log.readStream(stream, task.version))
    return task
  }

  return {
    get: (stream) => tasks.get(stream),
    begin: (stream) => {
      const task = tasks.get(stream) ?? freshTask(stream)
      keep(task)
      return task
    },
    load: async (stream) => {
      const task = tasks.get(stream) ?? (await read(stream))
      keep(task)
      return task
    },
    refresh: async (task) => {
      const missed = await log.readStream(task.stream, task.version)
      applyStored(task, missed)
      return missed.length > 0
    },
    catchUp: applyStored,
    drop: (stream) => {
      tasks.delete(stream)
    },
    landed: (task) => {
      letGo(task)
      if (task.version - task.snapshotVersion < SNAPSHOT_EVERY_EVENTS) return
      task.snapshotVersion = task.version
      const { stream, version, hash } = task
      log.saveSnapshot({ stream, version, hash, evolveDigest, state: serializeState(task.state) }).catch(onError)
    },
  }
}

const freshTask = (stream: string): CachedTask => ({
  stream,
  state: emptyState(),
  version: 0,
  hash: '',
  snapshotVersion: 0,
})

const applyStored = (task: CachedTask, stored: ReadonlyArray<StoredEvent>): void => {
  for (const event of stored) {
    const decoded = decodeEvent(event)
    if (E.isLeft(decoded)) throw new UnreadableTask(task.stream, decoded.left.code, decoded.left.message)
    evolve(task.state, decoded.right)
    task.version = event.version
    task.hash = event.hash
  }
}
