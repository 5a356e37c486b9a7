/**
 * Schedules: which task is created when. They are no tasks and have no events: a schedule is a row that the operator
 * changes, and beside it stands, written by the same statement and never changed, who changed what and why.
 */
export interface Schedule {
  readonly name: string
  /** Five fields, or six with seconds first; or `@daily` and its like. */
  readonly cron: string
  /** IANA, e.g. `Europe/Berlin`. */
  readonly timezone: string
  readonly template: { readonly namespace: string; readonly name: string; readonly version: string | null }
  /** JSON text of each task's input. */
  readonly input: string
  readonly priority: number
  readonly catchUp: CatchUp
  readonly paused: boolean
  /** The first tick that nobody has decided about, in milliseconds since the epoch; null where none comes any more. */
  readonly nextAt: number | null
  /** The last tick for which a task was created, and that task. */
  readonly lastAt: number | null
  readonly lastTask: string | null
  /** Counts every change: whoever changes a row says which one he saw. */
  readonly revision: number
}

/**
 * What becomes of ticks that came while nobody was there to see them: none is made up for, only the last one, or all up
 * to `MAX_CATCH_UP_TICKS`.
 */
export type CatchUp = 'skip' | 'last' | 'all'

export interface ScheduleChange {
  readonly schedule: string
  readonly kind: 'added' | 'removed' | 'paused' | 'resumed' | 'ticks-missed' | 'tick-refused'
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly actor: string
  readonly authenticated: boolean
  readonly reason: string | null
  /** JSON text: the schedule that was added, the ticks that were missed, why a task was refused. */
  readonly detail: string
}

export type ScheduleProgress = Pick<Schedule, 'paused' | 'nextAt' | 'lastAt' | 'lastTask'>

export interface ScheduleStore {
  /** False where the name is taken. */
  addSchedule(schedule: Schedule, change: ScheduleChange): Promise<boolean>
  /** False where somebody else has changed it since `revision`, or it is gone. */
  updateSchedule(name: string, revision: number, progress: ScheduleProgress, change?: ScheduleChange): Promise<boolean>
  /** False where there is none. */
  removeSchedule(name: string, change: ScheduleChange): Promise<boolean>
  readSchedule(name: string): Promise<Schedule | undefined>
  /** By name. */
  listSchedules(): Promise<ReadonlyArray<Schedule>>
  /** Those that are not paused and whose next tick has come, the earliest first. */
  dueSchedules(nowMs: number, limit: number): Promise<ReadonlyArray<Schedule>>
  /** The newest first; those of a schedule that was removed, too. */
  scheduleChanges(name: string, limit: number): Promise<ReadonlyArray<ScheduleChange>>
}
