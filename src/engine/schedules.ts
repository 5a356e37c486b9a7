/** Schedules as the operator handles them: added, listed, paused, resumed and removed, each with a name and a reason. */
import * as E from 'fp-ts/lib/Either.js'
import type { Json } from '../core/json.js'
import { MAX_LISTED_CHANGES } from '../core/limits.js'
import { didYouMean } from '../core/near-names.js'
import type { CatchUp, Schedule, ScheduleChange, ScheduleProgress, ScheduleStore } from '../ports/schedules.js'
import type { By } from './change.js'
import { type CreationNeeds, creationOf } from './creation.js'
import { type Ticks, ticksOf } from './schedule-ticks.js'
import { TaskRefused } from './task-refused.js'

export interface NewSchedule {
  /** Letters, digits, `.`, `_` and `-`, 100 at most. */
  readonly name: string
  /** Five fields, or six with seconds first; or `@hourly`, `@daily` and their like. */
  readonly cron: string
  /** IANA; absent: UTC. */
  readonly timezone?: string
  /** A registered template; without a version the latest release at each tick. */
  readonly template: { readonly name: string; readonly namespace?: string; readonly version?: string }
  /** Of each task; absent: an empty object. */
  readonly input?: Json
  readonly priority?: number
  /** What becomes of ticks that came while nobody was there; absent: `skip`. */
  readonly catchUp?: CatchUp
}

export interface ScheduleView {
  readonly name: string
  readonly cron: string
  readonly timezone: string
  readonly template: { readonly namespace: string; readonly name: string; readonly version: string | null }
  readonly input: Json
  readonly priority: number
  readonly catchUp: CatchUp
  readonly paused: boolean
  /** ISO 8601 in UTC; null while it is paused, and where no tick comes any more. */
  readonly next: string | null
  readonly last: { readonly tick: string; readonly task: string } | null
}

export interface Schedules {
  /**
   * Throws `TaskRefused`: `schedule_exists`, `invalid_schedule_name`, `invalid_cron`, `invalid_timezone`, and what the
   * creation of its task would be refused for.
   */
  add(schedule: NewSchedule, by: By): Promise<ScheduleView>
  list(): Promise<ReadonlyArray<ScheduleView>>
  /** Throws `TaskRefused` (`schedule_unknown`), as do the following. */
  get(name: string): Promise<ScheduleView>
  remove(name: string, by: By): Promise<void>
  /** What would have come meanwhile is not made up for. */
  pause(name: string, by: By): Promise<void>
  resume(name: string, by: By): Promise<ScheduleView>
  /** What was done to it, the newest first. */
  changes(name: string): Promise<ReadonlyArray<ScheduleChange>>
}

export interface SchedulesNeeds {
  readonly store: ScheduleStore
  readonly creation: CreationNeeds
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

export const createSchedules = ({ store, creation }: SchedulesNeeds): Schedules => {
  const now = (): number => creation.clock.now()
  const turn = async (name: string, paused: boolean, by: By): Promise<Schedule> => {
    for (;;) {
      const schedule = await existing(store, name)
      if (schedule.paused === paused) {
        throw new TaskRefused(
          paused ? 'schedule_paused' : 'schedule_not_paused',
          `${name} is ${paused ? '' : 'not '}paused`,
        )
      }
      const nextAt = ticks(schedule.cron, schedule.timezone).after(now()) ?? null
      const progress: ScheduleProgress = { ...schedule, paused, nextAt }
      const change = changeOf(name, paused ? 'paused' : 'resumed', by, now(), {})
      // A tick may have been decided about in the meantime.
      if (await store.updateSchedule(name, schedule.revision, progress, change)) return { ...schedule, ...progress }
    }
  }
  return {
    add: async (wanted, by) => {
      const schedule = await checked(creation, wanted)
      const change = changeOf(schedule.name, 'added', by, now(), { ...viewOf(schedule) })
      if (await store.addSchedule(schedule, change)) return viewOf(schedule)
      throw new TaskRefused('schedule_exists', `there is a schedule ${schedule.name}; remove it first`)
    },
    list: async () => (await store.listSchedules()).map(viewOf),
    get: async (name) => viewOf(await existing(store, name)),
    remove: async (name, by) => {
      if (!(await store.removeSchedule(name, changeOf(name, 'removed', by, now(), {})))) {
        throw await unknown(store, name)
      }
    },
    pause: async (name, by) => {
      await turn(name, true, by)
    },
    resume: async (name, by) => viewOf(await turn(name, false, by)),
    changes: (name) => store.scheduleChanges(name, MAX_LISTED_CHANGES),
  }
}

const unknown = async (store: ScheduleStore, name: string): Promise<TaskRefused> => {
  const names = (await store.listSchedules()).map((schedule) => schedule.name)
  return new TaskRefused('schedule_unknown', `there is no schedule ${name}${didYouMean(name, names)}`)
}

const existing = async (store: ScheduleStore, name: string): Promise<Schedule> => {
  const schedule = await store.readSchedule(name)
  if (schedule === undefined) throw await unknown(store, name)
  return schedule
}

/** Throws `TaskRefused` (`invalid_cron`, `invalid_timezone`). */
export const ticks = (cron: string, timezone: string): Ticks => {
  const read = ticksOf(cron, timezone)
  if (E.isRight(read)) return read.right
  throw new TaskRefused(read.left.code, read.left.message)
}

/** Everything that would be refused at each tick is refused now; the task itself is thrown away. */
const checked = async (creation: CreationNeeds, wanted: NewSchedule): Promise<Schedule> => {
  const { name, cron, timezone = 'UTC', template, input = {}, priority = 0, catchUp = 'skip' } = wanted
  if (!NAME.test(name)) {
    throw new TaskRefused('invalid_schedule_name', `"${name}" must be letters, digits, . _ and -, 100 at most`)
  }
  const nextAt = ticks(cron, timezone).after(creation.clock.now())
  if (nextAt === undefined) throw new TaskRefused('invalid_cron', `"${cron}" never comes`)
  const { command } = await creationOf(creation, template, input, { priority })
  return {
    name,
    cron,
    timezone,
    template: { namespace: command.template.namespace, name: command.template.name, version: template.version ?? null },
    input: JSON.stringify(input),
    priority,
    catchUp,
    paused: false,
    nextAt,
    lastAt: null,
    lastTask: null,
    revision: 1,
  }
}

const changeOf = (
  schedule: string,
  kind: ScheduleChange['kind'],
  by: By,
  at: number,
  detail: Readonly<Record<string, unknown>>,
): ScheduleChange => ({
  schedule,
  kind,
  at,
  actor: by.actor,
  authenticated: by.authenticated ?? false,
  reason: by.reason ?? null,
  detail: JSON.stringify(by.via === undefined ? detail : { ...detail, via: by.via }),
})

export const isoOf = (ms: number): string => new Date(ms).toISOString()

const viewOf = (schedule: Schedule): ScheduleView => {
  const { name, cron, timezone, template, input, priority, catchUp, paused, nextAt, lastAt, lastTask } = schedule
  return {
    name,
    cron,
    timezone,
    template,
    input: JSON.parse(input),
    priority,
    catchUp,
    paused,
    next: paused || nextAt === null ? null : isoOf(nextAt),
    last: lastAt === null || lastTask === null ? null : { tick: isoOf(lastAt), task: lastTask },
  }
}
