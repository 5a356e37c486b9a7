/** Schedules: which task is created when, and who changed what of it. */
import type * as t from 'io-ts'
import { closed } from '../../core/closed.js'
import { integer, oneOf, text } from '../../core/described.js'
import { json } from '../../core/events/codecs.js'
import { MAX_PRIORITY } from '../../core/limits.js'
import { DEFAULT_NAMESPACE } from '../../core/template/parse.js'
import type { ScheduleView } from '../../engine/schedules.js'
import type { AppParts } from '../app-parts.js'
import { byOf, type Caller, maySee } from '../caller.js'
import { MAX_NAME_CHARS, MAX_REASON_CHARS } from '../limits.js'
import { HttpProblem } from '../problem.js'
import { created, ok, type Route, route } from '../route.js'
import { checkNamespace } from '../scope.js'
import { shaped } from '../shape.js'
import { schedule, scheduleChanges, scheduleDone, schedules } from '../shapes/operations.js'

const name = text({ maxChars: MAX_NAME_CHARS })
const reason = text({ maxChars: MAX_REASON_CHARS, description: 'why, as the log records it' })

const added = closed(
  { name, cron: text({ maxChars: 200 }), template: closed({ name }, { namespace: name, version: name }) },
  {
    timezone: name,
    input: json,
    priority: integer({ min: -MAX_PRIORITY, max: MAX_PRIORITY }),
    catch_up: oneOf(['skip', 'last', 'all'], 'what becomes of ticks that came while nobody was there; skip'),
    reason,
  },
)

export type AddedSchedule = t.TypeOf<typeof added>

const common = { tag: 'schedules', permission: 'schedules:read', refuses: ['schedule_unknown'] } as const
const changing = { ...common, method: 'post', permission: 'schedules:write', body: closed({}, { reason }) } as const

export const scheduleRoutes: ReadonlyArray<Route> = [
  route({
    ...common,
    id: 'listSchedules',
    method: 'get',
    path: '/schedules',
    summary: 'Every schedule by name, with its next and its last tick',
    answer: schedules,
    refuses: [],
    handle: async ({ caller }, parts) => {
      const all = await parts.schedules.list()
      return ok({
        items: all.filter(({ template }) => maySee(caller, template.namespace)).map((one) => shaped(schedule, one)),
      })
    },
  }),
  route({
    ...common,
    id: 'addSchedule',
    method: 'post',
    path: '/schedules',
    summary: 'Create a task of a registered template at each tick',
    permission: 'schedules:write',
    body: added,
    answer: schedule,
    statuses: [201],
    refuses: ['schedule_exists', 'invalid_cron', 'invalid_timezone', 'invalid_schedule_name', 'template_unknown'],
    handle: async ({ body, caller }, parts) => {
      checkNamespace(caller, body.template.namespace ?? DEFAULT_NAMESPACE)
      const { catch_up, reason, ...wanted } = body
      const view = await parts.schedules.add(
        { ...wanted, ...(catch_up === undefined ? {} : { catchUp: catch_up }) },
        byOf(caller, reason),
      )
      return created(shaped(schedule, view), `/api/v1/schedules/${encodeURIComponent(view.name)}`)
    },
  }),
  route({
    ...common,
    id: 'getSchedule',
    method: 'get',
    path: '/schedules/:name',
    summary: 'One schedule',
    answer: schedule,
    handle: async ({ params, caller }, parts) => ok(shaped(schedule, await visible(parts, caller, params.name))),
  }),
  route({
    ...common,
    id: 'listScheduleChanges',
    method: 'get',
    path: '/schedules/:name/changes',
    summary: 'What was done to a schedule, the newest first',
    answer: scheduleChanges,
    handle: async ({ params, caller }, parts) => {
      await visible(parts, caller, params.name)
      const changes = await parts.schedules.changes(params.name)
      return ok({
        items: changes.map((change) => ({
          ...change,
          at: new Date(change.at).toISOString(),
          detail: JSON.parse(change.detail),
        })),
      })
    },
  }),
  route({
    ...changing,
    id: 'pauseSchedule',
    path: '/schedules/:name/pause',
    summary: 'Let no further tick create a task; what would have come is not made up for',
    answer: scheduleDone,
    refuses: ['schedule_unknown', 'schedule_paused'],
    handle: async ({ params, body, caller }, parts) => {
      await visible(parts, caller, params.name)
      await parts.schedules.pause(params.name, byOf(caller, body.reason))
      return ok({ schedule: params.name, outcome: 'paused' as const })
    },
  }),
  route({
    ...changing,
    id: 'resumeSchedule',
    path: '/schedules/:name/resume',
    summary: 'Let ticks create tasks again',
    answer: schedule,
    refuses: ['schedule_unknown', 'schedule_not_paused'],
    handle: async ({ params, body, caller }, parts) => {
      await visible(parts, caller, params.name)
      return ok(shaped(schedule, await parts.schedules.resume(params.name, byOf(caller, body.reason))))
    },
  }),
  route({
    ...changing,
    id: 'removeSchedule',
    path: '/schedules/:name/remove',
    summary: 'Remove a schedule; what was done to it stays on record',
    answer: scheduleDone,
    handle: async ({ params, body, caller }, parts) => {
      await visible(parts, caller, params.name)
      await parts.schedules.remove(params.name, byOf(caller, body.reason))
      return ok({ schedule: params.name, outcome: 'removed' as const })
    },
  }),
]

const visible = async (parts: AppParts, caller: Caller, name: string): Promise<ScheduleView> => {
  const view = await parts.schedules.get(name)
  if (maySee(caller, view.template.namespace)) return view
  throw new HttpProblem({ status: 404, code: 'schedule_unknown', detail: `there is no schedule ${name}` })
}
