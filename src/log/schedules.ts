/** Schedules on Postgres: rows that are changed by whoever saw their latest revision, and what was done to them. */
import type { CatchUp, Schedule, ScheduleChange, ScheduleStore } from '../ports/schedules.js'
import { loadStatements } from '../sql.js'
import type { Reader } from './reader.js'
import { jsonTextFault, plainTextFault, textFaultMessage } from './stored-text.js'

const SQL = loadStatements('src/log/schedules.sql', [
  'addSchedule',
  'updateSchedule',
  'removeSchedule',
  'readSchedule',
  'listSchedules',
  'dueSchedules',
  'scheduleChanges',
])

interface ScheduleRow {
  readonly name: string
  readonly cron: string
  readonly timezone: string
  readonly namespace: string
  readonly template: string
  readonly version: string | null
  readonly input: string
  readonly priority: number
  readonly catch_up: CatchUp
  readonly paused: boolean
  readonly next_at: number | null
  readonly last_at: number | null
  readonly last_task: string | null
  readonly revision: number
}

interface NameRow {
  readonly name: string
}

export const scheduleStore = (reader: Reader): ScheduleStore => ({
  addSchedule: async (schedule, change) => {
    const { name, cron, timezone, template, input, priority, catchUp, paused, nextAt } = schedule
    const { namespace, name: of, version } = template
    const row = [name, cron, timezone, namespace, of, version, input, priority, catchUp, paused, nextAt]
    refuseUnstorable([name, change.actor, change.reason ?? ''], [input, change.detail])
    return isThere(await reader.query<NameRow>(SQL.addSchedule, [...row, ...told(change)]))
  },
  updateSchedule: async (name, revision, { paused, nextAt, lastAt, lastTask }, change) => {
    const values = [name, revision, paused, nextAt, lastAt, lastTask]
    return isThere(
      await reader.query<NameRow>(SQL.updateSchedule, [...values, ...(change === undefined ? UNTOLD : told(change))]),
    )
  },
  removeSchedule: async (name, change) =>
    isThere(await reader.query<NameRow>(SQL.removeSchedule, [name, ...told(change)])),
  readSchedule: async (name) => {
    const [row] = await reader.query<ScheduleRow>(SQL.readSchedule, [name])
    return row === undefined ? undefined : scheduleIn(row)
  },
  listSchedules: async () => (await reader.query<ScheduleRow>(SQL.listSchedules, [])).map(scheduleIn),
  dueSchedules: async (nowMs, limit) =>
    (await reader.query<ScheduleRow>(SQL.dueSchedules, [nowMs, limit])).map(scheduleIn),
  scheduleChanges: (name, limit) => reader.query<ScheduleChange & NameRow>(SQL.scheduleChanges, [name, limit]),
})

const isThere = (rows: ReadonlyArray<NameRow>): boolean => rows.length > 0

const told = ({ kind, at, actor, authenticated, reason, detail }: ScheduleChange): ReadonlyArray<unknown> => [
  kind,
  at,
  actor,
  authenticated,
  reason,
  detail,
]

const UNTOLD: ReadonlyArray<unknown> = [null, null, null, null, null, null]

const scheduleIn = (row: ScheduleRow): Schedule => {
  const { namespace, template: name, version, catch_up, next_at, last_at, last_task, ...rest } = row
  return {
    ...rest,
    template: { namespace, name, version },
    catchUp: catch_up,
    nextAt: next_at,
    lastAt: last_at,
    lastTask: last_task,
  }
}

const refuseUnstorable = (names: ReadonlyArray<string>, texts: ReadonlyArray<string>): void => {
  const fault = names
    .map(plainTextFault)
    .concat(texts.map(jsonTextFault))
    .find((found) => found !== undefined)
  if (fault !== undefined) throw new Error(textFaultMessage(fault, 'a schedule'))
}
