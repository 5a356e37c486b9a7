/**
 * The decoded events of tasks that somebody looks back on, kept while they do: a history that is scrubbed is read once and
 * then only goes on. Bounded by events, whoever was looked at least lately goes first.
 */
import * as E from 'fp-ts/lib/Either.js'
import { decodeEvent, type TaskEvent } from '../../../core/event.js'
import { RECORD_PAGE_EVENTS } from '../../../core/limits.js'
import { streamOf } from '../../../engine/ids.js'
import { TaskRefused } from '../../../engine/task-refused.js'
import type { Log } from '../../../ports/log.js'

export interface ToldEvents {
  readonly events: ReadonlyArray<TaskEvent>
  /** The time of each event, ISO 8601 in UTC. */
  readonly times: ReadonlyArray<string>
}

interface Kept {
  readonly events: TaskEvent[]
  readonly times: string[]
  reading: Promise<void>
}

/** Of all tasks together; a task with more is read anew each time. */
export const MAX_KEPT_EVENTS = 150_000
/** Of a longer task the past is not told further: all of it has to be in memory. */
export const MAX_TOLD_EVENTS = 500_000

export class ToldTasks {
  readonly #kept = new Map<string, Kept>()

  constructor(
    private readonly log: Pick<Log, 'readStream'>,
    private readonly most = MAX_KEPT_EVENTS,
  ) {}

  /**
   * The task's events at least up to a version, or to the end. Throws `TaskRefused`: `task_unknown`,
   * `unreadable_task`, `history_too_long`.
   */
  async told(task: string, upTo?: number): Promise<ToldEvents> {
    const kept = this.#kept.get(task) ?? { events: [], times: [], reading: Promise.resolve() }
    this.#kept.delete(task)
    this.#kept.set(task, kept)
    if (upTo === undefined || kept.events.length < upTo) {
      // One reader at a time: two would tell the same events twice.
      kept.reading = kept.reading.catch(() => undefined).then(() => this.#read(task, kept, upTo))
      await kept.reading
    }
    this.#letGo()
    if (kept.events.length === 0) {
      this.#kept.delete(task)
      throw new TaskRefused('task_unknown', `there is no task ${task}`)
    }
    return kept
  }

  async #read(task: string, { events, times }: Kept, upTo = Number.POSITIVE_INFINITY): Promise<void> {
    while (events.length < upTo) {
      if (events.length >= MAX_TOLD_EVENTS) {
        throw new TaskRefused(
          'history_too_long',
          `only the first ${MAX_TOLD_EVENTS} events of a task are looked back to`,
        )
      }
      const page = await this.log.readStream(streamOf(task), events.length, RECORD_PAGE_EVENTS)
      for (const stored of page) {
        const decoded = decodeEvent(stored)
        if (E.isLeft(decoded)) throw new TaskRefused('unreadable_task', decoded.left.message)
        events.push(decoded.right)
        times.push(stored.time)
      }
      if (page.length < RECORD_PAGE_EVENTS) return
    }
  }

  #letGo(): void {
    let sum = 0
    for (const { events } of this.#kept.values()) sum += events.length
    for (const [task, { events }] of this.#kept) {
      if (sum <= this.most) return
      sum -= events.length
      this.#kept.delete(task)
    }
  }
}
