/** Schedules, dead letters, projections, subscriptions, the log and the process itself over HTTP. */
import type * as t from 'io-ts'
import type { EventQuery } from '../http/event-query.js'
import type { DeadLetterQuery } from '../http/routes/dead-letters.js'
import type { NewKey as WrittenKey } from '../http/routes/keys.js'
import type { AddedSchedule } from '../http/routes/schedules.js'
import type { apiKey, apiKeys, createdKey } from '../http/shapes/key.js'
import type {
  deadLetterPage,
  deadLetterShown,
  parkedDone,
  parkedPage,
  projections,
  rebuilt,
  removed,
  schedule,
  scheduleChanges,
  scheduleDone,
  schedules,
  subscriptions,
  verification,
} from '../http/shapes/operations.js'
import type { templatePerformances, waiting, workers } from '../http/shapes/overview.js'
import type { resolution } from '../http/written-change.js'
import { type StreamOptions, streamEvents, type TaskerEvent } from './event-stream.js'
import type { Changed, EventPage, OfTemplate, Reason } from './tasks.js'
import { type Asked, at, type Transport } from './transport.js'

export type Schedule = t.TypeOf<typeof schedule>
export type Schedules = t.TypeOf<typeof schedules>
export type ScheduleChanges = t.TypeOf<typeof scheduleChanges>
export type ScheduleDone = t.TypeOf<typeof scheduleDone>
export type NewSchedule = AddedSchedule
export type ApiKey = t.TypeOf<typeof apiKey>
export type ApiKeys = t.TypeOf<typeof apiKeys>
export type CreatedKey = t.TypeOf<typeof createdKey>
export type NewKey = WrittenKey
export type DeadLetterPage = t.TypeOf<typeof deadLetterPage>
export type DeadLetterShown = t.TypeOf<typeof deadLetterShown>
export type Resolution = t.TypeOf<typeof resolution>
export type Projections = t.TypeOf<typeof projections>
export type Rebuilt = t.TypeOf<typeof rebuilt>
export type Verification = t.TypeOf<typeof verification>
export type Subscriptions = t.TypeOf<typeof subscriptions>
export type ParkedPage = t.TypeOf<typeof parkedPage>
export type ParkedDone = t.TypeOf<typeof parkedDone>
export type Waiting = t.TypeOf<typeof waiting>
export type Workers = t.TypeOf<typeof workers>
export type TemplatePerformances = t.TypeOf<typeof templatePerformances>
export type Removed = t.TypeOf<typeof removed>

export const schedulesOver = ({ ask }: Transport) => ({
  list: (): Promise<Schedules> => ask('GET', at`/schedules`),
  get: (name: string): Promise<Schedule> => ask('GET', at`/schedules/${name}`),
  add: (schedule: NewSchedule): Promise<Schedule> => ask('POST', at`/schedules`, { body: schedule }),
  pause: (name: string, why: Reason = {}): Promise<ScheduleDone> =>
    ask('POST', at`/schedules/${name}/pause`, { body: why }),
  resume: (name: string, why: Reason = {}): Promise<Schedule> =>
    ask('POST', at`/schedules/${name}/resume`, { body: why }),
  remove: (name: string, why: Reason = {}): Promise<ScheduleDone> =>
    ask('POST', at`/schedules/${name}/remove`, { body: why }),
  /** What was done to it, the newest first. */
  changes: (name: string): Promise<ScheduleChanges> => ask('GET', at`/schedules/${name}/changes`),
})

export const keysOver = ({ ask }: Transport) => ({
  list: (): Promise<ApiKeys> => ask('GET', at`/keys`),
  /** `secret` is in this answer and never again. */
  create: (key: NewKey): Promise<CreatedKey> => ask('POST', at`/keys`, { body: key }),
  /** By name or id. */
  revoke: (name: string, why: Reason = {}): Promise<ApiKey> => ask('POST', at`/keys/${name}/revoke`, { body: why }),
})

export const deadLettersOver = ({ ask }: Transport) => ({
  /** Those that wait, where nothing else is said. */
  list: (query: DeadLetterQuery = {}): Promise<DeadLetterPage> => ask('GET', at`/dead-letters`, { query }),
  get: (task: string): Promise<DeadLetterShown> => ask('GET', at`/tasks/${task}/dead-letter`),
  resolve: (task: string, body: { readonly resolution: Resolution } & Reason): Promise<Changed> =>
    ask('POST', at`/tasks/${task}/dead-letter/resolve`, { body }),
})

export const projectionsOver = ({ ask }: Transport) => ({
  list: (): Promise<Projections> => ask('GET', at`/projections`),
  /** `position` is null where it goes on longer than `wait_seconds` (60 at most); how it ends is in the list, under `build`. */
  rebuild: (name: string, body: { readonly wait_seconds?: number } = {}): Promise<Rebuilt> =>
    ask('POST', at`/projections/${name}/rebuild`, { body }),
  /** Asks it to end; the list says when it has. */
  cancelRebuild: (name: string): Promise<{ readonly name: string }> => ask('DELETE', at`/projections/${name}/rebuild`),
  verify: (name: string, wanted: Pick<Asked, 'signal'> = {}): Promise<Verification> =>
    ask('POST', at`/projections/${name}/verify`, wanted),
})

export interface Chosen {
  readonly task?: string
  readonly position?: number
}

export const subscriptionsOver = ({ ask }: Transport) => ({
  list: (): Promise<Subscriptions> => ask('GET', at`/subscriptions`),
  parked: (name: string, query: { readonly after?: number; readonly limit?: number } = {}): Promise<ParkedPage> =>
    ask('GET', at`/subscriptions/${name}/parked`, { query }),
  /** Hands parked events over again: those of a task, one, or all. */
  replay: (name: string, chosen: Chosen = {}): Promise<ParkedDone> =>
    ask('POST', at`/subscriptions/${name}/replay`, { body: chosen }),
  skip: (name: string, chosen: Chosen): Promise<ParkedDone> =>
    ask('POST', at`/subscriptions/${name}/skip`, { body: chosen }),
  remove: (name: string): Promise<Removed> => ask('DELETE', at`/subscriptions/${name}`),
})

export const eventsOver = (transport: Transport) => ({
  /** Above a position, in the order of the log. A page may hold nothing and yet have a next one, where the filter lets little through. */
  list: (query: EventQuery & { readonly after?: number; readonly limit?: number } = {}): Promise<EventPage> =>
    transport.ask('GET', at`/events`, { query }),
  /** From now on, or above a position, and on as the log grows. */
  stream: (
    query: EventQuery & { readonly after?: number; readonly from?: 'start' | 'now' } = {},
    options: StreamOptions = {},
  ): AsyncGenerator<TaskerEvent, void, undefined> => streamEvents(transport, at`/events/stream`, query, options),
})

export const processOver = ({ ask, open }: Transport) => ({
  health: (): Promise<{ readonly status: 'ok'; readonly version: string }> => ask('GET', '/health'),
  /** Throws a `TaskerProblem` with the status 503 where the process cannot work. */
  ready: (): Promise<{ readonly status: 'ready' | 'not_ready'; readonly log: boolean }> => ask('GET', '/ready'),
  /** What waits for people. */
  waiting: (): Promise<Waiting> => ask('GET', at`/waiting`),
  /** Sessions of workers that are alive. */
  workers: (): Promise<Workers> => ask('GET', at`/workers`),
  templatePerformance: (query: OfTemplate = {}): Promise<TemplatePerformances> =>
    ask('GET', at`/template-performance`, { query: { ...query } }),
  /** In the text format of Prometheus. */
  metrics: async (): Promise<string> => (await open('GET', '/metrics')).text(),
  openApi: (): Promise<Readonly<Record<string, unknown>>> => ask('GET', at`/openapi.json`),
})
