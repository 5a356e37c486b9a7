/** Folds the log task by task, from each one's first event to a position: no more than one of them is remembered. */
import { setImmediate as turn } from 'node:timers/promises'
import * as E from 'fp-ts/lib/Either.js'
import type { Change, Projection } from '../../projections/projection.js'
import { decodeEvent } from '../core/event.js'
import { PROJECTION_TURN_EVENTS } from '../core/limits.js'
import { taskOf } from './applier.js'
import type { EventPages, PlainEvent, StreamPlace } from './event-pages.js'
import { ProjectionStopped } from './projection-error.js'
import { TaskFold } from './task-fold.js'

/** Hears what an event of a task means for the projection with this number. */
export type OnChanges = (task: string, changes: ReadonlyArray<Change>, index: number) => void

export class TaskByTask {
  readonly #pages: Pick<EventPages, 'byStream'>
  readonly #projections: ReadonlyArray<Projection>
  readonly #upTo: number
  #fold: TaskFold | undefined
  #place: StreamPlace = { stream: '', version: 0 }
  #next: Promise<ReadonlyArray<PlainEvent>>

  constructor(pages: Pick<EventPages, 'byStream'>, projections: ReadonlyArray<Projection>, upTo: number) {
    this.#pages = pages
    this.#projections = projections
    this.#upTo = upTo
    this.#next = this.#read()
  }

  /** The task whose events may not have all been folded yet. */
  get open(): string | undefined {
    return this.#fold?.task
  }

  /** Folds the next page, while the one after it is read; resolves with the number of its events, 0 at the end. */
  async page(onChanges: OnChanges): Promise<number> {
    const events = await this.#next
    const last = events.at(-1)
    if (last === undefined) return 0
    this.#place = last
    this.#next = this.#read()
    for (const [index, stored] of events.entries()) {
      this.#take(stored, onChanges)
      if (index % PROJECTION_TURN_EVENTS === PROJECTION_TURN_EVENTS - 1) await turn()
    }
    return events.length
  }

  #read(): Promise<ReadonlyArray<PlainEvent>> {
    const page = this.#pages.byStream(this.#place, this.#upTo)
    // Whoever waits for the page hears of it; nobody may.
    page.catch(() => undefined)
    return page
  }

  #take(stored: PlainEvent, onChanges: OnChanges): void {
    const decoded = decodeEvent(stored)
    if (E.isLeft(decoded)) throw new ProjectionStopped({ ...decoded.left, position: stored.position })
    const task = taskOf(stored.stream)
    if (this.#fold?.task !== task) this.#fold = new TaskFold(task, this.#projections)
    const fold = this.#fold
    if (stored.version !== fold.version + 1) {
      const message = `version ${stored.version} of ${stored.stream} follows on version ${fold.version}`
      throw new ProjectionStopped({ code: 'event_missing', message, position: stored.position })
    }
    fold.take(decoded.right, stored)
    for (let index = 0; index < this.#projections.length; index += 1) {
      onChanges(task, changesOf(fold, index, stored.position), index)
    }
  }
}

const changesOf = (fold: TaskFold, index: number, position: number): ReadonlyArray<Change> => {
  try {
    return fold.changes(index)
  } catch (error) {
    throw new ProjectionStopped({ code: 'projection_failed', message: String(error), position }, error)
  }
}
