/**
 * A task as it was after one of its events: folded anew by the core, with the attempts as their projection would have shown
 * them then. Whoever goes on from where the last fold stood only folds what lies between.
 */
import { type AttemptRow, stepTimeline } from '../../../../projections/step-timeline/step-timeline.js'
import type { TaskEvent } from '../../../core/event.js'
import type { TaskState } from '../../../core/state.js'
import { TaskRefused } from '../../../engine/task-refused.js'
import type { AttemptSummary } from '../../../ports/summaries.js'
import { TaskFold } from '../../../projector/task-fold.js'
import { type Attempts, knownAttempts } from './attempts.js'
import type { ToldTasks } from './told-tasks.js'

export interface PastMoment {
  readonly state: TaskState
  readonly attempts: Attempts
  /** The event after which it was so, and its time. */
  readonly event: TaskEvent
  readonly time: string
}

const KEPT_FOLDS = 16

export class Past {
  readonly #folds = new Map<string, FoldedPast>()

  constructor(private readonly told: ToldTasks) {}

  /**
   * What `see` makes of the task as it was; it may keep nothing of the state. Throws `TaskRefused`: `task_unknown`,
   * `version_unknown`, `unreadable_task`.
   */
  async see<A>(task: string, version: number, see: (moment: PastMoment) => A): Promise<A> {
    const { events, times } = await this.told.told(task, version)
    const event = events[version - 1]
    if (event === undefined) {
      throw new TaskRefused('version_unknown', `the task has no version ${version}: it has ${events.length} events`)
    }
    const fold = this.#foldUpTo(task, version)
    for (let at = fold.version; at < version; at += 1) {
      const next = events[at]
      if (next !== undefined) fold.take(next, times[at] ?? '')
    }
    const { state } = fold
    return see({ state, event, time: times[version - 1] ?? '', attempts: knownAttempts(fold.attempts()) })
  }

  #foldUpTo(task: string, version: number): FoldedPast {
    const known = this.#folds.get(task)
    const fold = known !== undefined && known.version <= version ? known : new FoldedPast(task)
    this.#folds.delete(task)
    this.#folds.set(task, fold)
    const oldest = this.#folds.size > KEPT_FOLDS ? this.#folds.keys().next().value : undefined
    if (oldest !== undefined) this.#folds.delete(oldest)
    return fold
  }
}

class FoldedPast {
  readonly #fold: TaskFold
  /** By step, then by attempt. */
  readonly #rows = new Map<string, Map<number, AttemptRow>>()

  constructor(task: string) {
    this.#fold = new TaskFold(task, [stepTimeline])
  }

  get version(): number {
    return this.#fold.version
  }

  get state(): TaskState {
    return this.#fold.state
  }

  take(event: TaskEvent, time: string): void {
    const version = this.#fold.version + 1
    this.#fold.take(event, { position: version, version, seconds: Date.parse(time) / 1_000 })
    for (const change of stepTimeline.changes(event, this.#fold, undefined)) {
      const [, step, attempt] = change.key
      if (typeof step !== 'string' || typeof attempt !== 'number') continue
      const rows = this.#rows.get(step) ?? new Map<number, AttemptRow>()
      this.#rows.set(step, rows)
      const known = rows.get(attempt)
      if (change.kind === 'put') rows.set(attempt, typeof change.row === 'function' ? change.row() : change.row)
      else if (change.kind === 'patch' && known !== undefined) rows.set(attempt, { ...known, ...change.columns })
    }
  }

  /** As they are now: what is folded later changes none of them. */
  attempts(): ReadonlyMap<string, ReadonlyArray<AttemptSummary>> {
    return new Map([...this.#rows].map(([step, rows]) => [step, [...rows.values()].map(summaryOf)]))
  }
}

const summaryOf = (row: AttemptRow): AttemptSummary => ({
  step: row.step,
  attempt: row.attempt,
  handler: row.handler,
  enqueuedAt: row.enqueued_at,
  startedAt: row.started_at,
  endedAt: row.ended_at,
  waitingSince: row.waiting_since,
  worker: row.worker,
  handlerVersion: row.handler_version,
  outcome: row.outcome,
  errorCode: row.error_code,
  errorMessage: row.error_message,
})
