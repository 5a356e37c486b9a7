/**
 * Turns pages of the log, in position order, into changes of rows. It keeps the folds of the tasks that move, up to a
 * bound, and reads from the log again what it has let go of; so its memory does not grow with the log.
 */
import { setImmediate as turn } from 'node:timers/promises'
import * as E from 'fp-ts/lib/Either.js'
import type { Projection } from '../../projections/projection.js'
import { decodeEvent } from '../core/event.js'
import { MAX_PROJECTED_STEPS, MAX_PROJECTED_TASKS, PROJECTION_TURN_EVENTS } from '../core/limits.js'
import { isOver } from '../core/state.js'
import type { EventPages, PlainEvent } from './event-pages.js'
import { RowChanges } from './row-changes.js'
import { TaskFold } from './task-fold.js'

/** Why a projection does not go on: an event that nobody can read here stops all of them. */
export interface Fault {
  readonly code: string
  readonly message: string
  /** Of the event. */
  readonly position: number
}

export interface Applied {
  /** In the order of the projections; of one that failed there are none. */
  readonly changes: ReadonlyArray<RowChanges>
  /** By the numbers of the projections. */
  readonly failed: ReadonlyMap<number, Fault>
  /** Up to here everything was looked at; 0 where that is nothing of the page. */
  readonly reached: number
  readonly unreadable: Fault | undefined
}

export class Applier {
  readonly #projections: ReadonlyArray<Projection>
  readonly #pages: Pick<EventPages, 'histories'>
  /** The one that moved last stands last. */
  readonly #folds = new Map<string, TaskFold>()
  readonly #failed = new Map<number, Fault>()

  constructor(projections: ReadonlyArray<Projection>, pages: Pick<EventPages, 'histories'>) {
    this.#projections = projections
    this.#pages = pages
  }

  /** Each page follows on the one before it; the changes are to be written before the next one is applied. */
  async apply(events: ReadonlyArray<PlainEvent>): Promise<Applied> {
    const changes = this.#projections.map((projection) => new RowChanges(projection))
    let unreadable = await this.#recall(events)
    let reached = 0
    for (const [index, stored] of events.entries()) {
      if (index % PROJECTION_TURN_EVENTS === PROJECTION_TURN_EVENTS - 1) await turn()
      if (unreadable !== undefined && stored.position >= unreadable.position) break
      unreadable = this.#take(stored, changes)
      if (unreadable !== undefined) break
      reached = stored.position
    }
    this.#forget()
    return { changes, failed: this.#failed, reached, unreadable }
  }

  #take(stored: PlainEvent, changes: ReadonlyArray<RowChanges> | undefined): Fault | undefined {
    const decoded = decodeEvent(stored)
    if (E.isLeft(decoded)) return { ...decoded.left, position: stored.position }
    const fold = this.#foldOf(stored)
    if (stored.version !== fold.version + 1) {
      const message = `version ${stored.version} of ${stored.stream} follows on version ${fold.version}`
      return { code: 'event_missing', message, position: stored.position }
    }
    fold.take(decoded.right, stored)
    for (let index = 0; index < this.#projections.length; index += 1) {
      if (this.#failed.has(index)) continue
      try {
        const made = fold.changes(index)
        changes?.[index]?.take(made)
      } catch (error) {
        this.#failed.set(index, { code: 'projection_failed', message: String(error), position: stored.position })
      }
    }
    return undefined
  }

  #foldOf({ stream, version }: PlainEvent): TaskFold {
    let fold = this.#folds.get(stream)
    if (fold === undefined || version === 1) fold = new TaskFold(taskOf(stream), this.#projections)
    this.#folds.delete(stream)
    this.#folds.set(stream, fold)
    return fold
  }

  /** Reads what went before, of the tasks of this page whose folds are not kept. */
  async #recall(events: ReadonlyArray<PlainEvent>): Promise<Fault | undefined> {
    const wanted = new Map<string, number>()
    for (const { stream, version } of events) {
      if (version === 1 || wanted.has(stream)) continue
      const kept = this.#folds.get(stream)?.version
      if (kept === undefined) wanted.set(stream, version)
    }
    for await (const past of this.#pages.histories(wanted)) {
      const unreadable = this.#take(past, undefined)
      // The first event of this page that follows on it cannot be looked at.
      if (unreadable !== undefined) {
        const at = events.find(({ stream }) => stream === past.stream)?.position ?? past.position
        return { ...unreadable, position: at }
      }
    }
    return undefined
  }

  #forget(): void {
    let steps = 0
    for (const [stream, fold] of this.#folds) {
      if (isOver(fold.state)) this.#folds.delete(stream)
      else steps += fold.state.nodes.length
    }
    for (const [stream, fold] of this.#folds) {
      if (this.#folds.size <= MAX_PROJECTED_TASKS && steps <= MAX_PROJECTED_STEPS) return
      this.#folds.delete(stream)
      steps -= fold.state.nodes.length
    }
  }
}

export const taskOf = (stream: string): string => stream.slice('task-'.length)
