/** Tasks over HTTP: created, looked at, followed, and moved by people. */
import type * as t from 'io-ts'
import type { EventQuery } from '../http/event-query.js'
import type { Creation } from '../http/routes/task-create.js'
import type { TaskListQuery } from '../http/routes/task-lists.js'
import type { eventPage } from '../http/shapes/event.js'
import type { convergence, phaseBounds, taskCounts } from '../http/shapes/overview.js'
import type { explanation, provenance, taskExplanation } from '../http/shapes/story.js'
import type {
  attemptPage,
  bulkReport,
  changed,
  createdTask,
  foundTasks,
  stepPage,
  stepResult,
  taskGraph,
  taskPage,
  taskResult,
  taskShown,
  taskSummary,
} from '../http/shapes/task.js'
import type { WrittenChange } from '../http/written-change.js'
import { type StreamOptions, streamEvents, type TaskerEvent } from './event-stream.js'
import { type Asked, at, type Transport } from './transport.js'

export type NewTask = Creation
export type TaskQuery = TaskListQuery
export type TaskSummary = t.TypeOf<typeof taskSummary>
export type TaskPage = t.TypeOf<typeof taskPage>
export type FoundTasks = t.TypeOf<typeof foundTasks>
export type Task = t.TypeOf<typeof taskShown>
export type TaskResult = t.TypeOf<typeof taskResult>
export type StepResult = t.TypeOf<typeof stepResult>
export type TaskGraph = t.TypeOf<typeof taskGraph>
export type StepPage = t.TypeOf<typeof stepPage>
export type AttemptPage = t.TypeOf<typeof attemptPage>
export type EventPage = t.TypeOf<typeof eventPage>
export type TaskExplanation = t.TypeOf<typeof taskExplanation>
export type Explanation = t.TypeOf<typeof explanation>
export type Provenance = t.TypeOf<typeof provenance>
export type CreatedTask = t.TypeOf<typeof createdTask>
export type TaskCounts = t.TypeOf<typeof taskCounts>
export type ConvergencePage = PageOf<t.TypeOf<typeof convergence>>
export type PhaseBoundsPage = PageOf<t.TypeOf<typeof phaseBounds>>
export type Changed = t.TypeOf<typeof changed>
export type BulkReport = t.TypeOf<typeof bulkReport>
export type Change = WrittenChange

interface PageOf<Item> {
  readonly items: ReadonlyArray<Item>
  readonly next_cursor: string | null
}

export interface Reason {
  /** Why, as the log records it. */
  readonly reason?: string
}

export interface PageQuery {
  /** The `next_cursor` of the page before. */
  readonly cursor?: string
  readonly limit?: number
  /** Waits until everything that is in the log now is shown. */
  readonly fresh?: boolean
}

export interface OfTemplate {
  readonly namespace?: string
  readonly template?: string
}

type Wanted = Pick<Asked, 'signal'>

export const tasksOver = (transport: Transport) => ({
  ...handsOver(transport),
  ...listsOver(transport),
  ...readingOver(transport),
})

const handsOver = ({ ask }: Transport) => {
  const hand = (path: string, body: object): Promise<Changed> => ask('POST', path, { body })
  return {
    /** Once for each key: the same again answers with the same task and says so (`duplicate`). */
    create: (task: NewTask, { idempotencyKey, ...wanted }: { readonly idempotencyKey?: string } & Wanted = {}) =>
      ask<CreatedTask>('POST', at`/tasks`, {
        body: task,
        ...(idempotencyKey === undefined ? {} : { headers: { 'idempotency-key': idempotencyKey } }),
        ...wanted,
      }),
    /** A new task that goes on from a version of an old one. */
    fork: (id: string, body: { readonly at: number; readonly replan?: boolean }): Promise<CreatedTask> =>
      ask('POST', at`/tasks/${id}/fork`, { body }),
    cancel: (id: string, why: Reason = {}) => hand(at`/tasks/${id}/cancel`, why),
    pause: (id: string, why: Reason = {}) => hand(at`/tasks/${id}/pause`, why),
    resume: (id: string, why: Reason = {}) => hand(at`/tasks/${id}/resume`, why),
    setPriority: (id: string, priority: number, why: Reason = {}) =>
      hand(at`/tasks/${id}/priority`, { priority, ...why }),
    signal: (
      id: string,
      signal: { readonly name: string; readonly payload?: unknown; readonly id?: string } & Reason,
    ): Promise<Changed> => hand(at`/tasks/${id}/signal`, signal),
    retryStep: (id: string, step: string, why: Reason = {}) => hand(at`/tasks/${id}/steps/${step}/retry`, why),
    resetStep: (id: string, step: string, why: Reason = {}) => hand(at`/tasks/${id}/steps/${step}/reset`, why),
    resolveStep: (id: string, step: string, why: Reason = {}) => hand(at`/tasks/${id}/steps/${step}/resolve`, why),
    skipStep: (id: string, step: string, why: Reason = {}) => hand(at`/tasks/${id}/steps/${step}/skip`, why),
    completeStep: (id: string, step: string, result: unknown, why: Reason = {}) =>
      hand(at`/tasks/${id}/steps/${step}/complete`, { result, ...why }),
    /** One change to every task that a filter means. */
    changeAll: (
      bulk: {
        readonly filter: string
        readonly change: Change
        readonly dry_run?: boolean
        readonly cursor?: string
      } & Reason,
    ): Promise<BulkReport> => ask('POST', at`/tasks/bulk`, { body: bulk }),
  }
}

/** The longest that a server holds an answer back. */
const LONGEST_WAIT_SECONDS = 60

const GOES_ON: ReadonlyArray<TaskResult['status']> = ['pending', 'running', 'waiting_for_retry']

const listsOver = ({ ask }: Transport) => {
  const list = (query: TaskQuery = {}, wanted: Wanted = {}): Promise<TaskPage> =>
    ask('GET', at`/tasks`, { query, ...wanted })
  return {
    list,
    /** Every task of a list, page by page. */
    all: async function* (query: Omit<TaskQuery, 'cursor'> = {}): AsyncGenerator<TaskSummary, void, undefined> {
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page: TaskPage = await list({ ...query, ...(cursor === undefined ? {} : { cursor }) })
        yield* page.items
        cursor = page.next_cursor
      }
    },
    /** By a filter as the command line has it: `status=error age>1h`. */
    find: (query: { readonly filter: string } & Omit<PageQuery, 'fresh'>): Promise<FoundTasks> =>
      ask('GET', at`/tasks/find`, { query: { ...query } }),
    /** How many tasks stand how. */
    counts: (query: OfTemplate = {}): Promise<TaskCounts> => ask('GET', at`/tasks/counts`, { query: { ...query } }),
  }
}

const readingOver = (transport: Transport) => {
  const { ask } = transport
  return {
    get: (id: string, wanted: Wanted = {}): Promise<Task> => ask('GET', at`/tasks/${id}`, wanted),
    /** With results by value; `wait_seconds` waits until nothing goes on by itself, 60 at most. */
    result: (id: string, query: { readonly wait_seconds?: number } = {}, wanted: Wanted = {}): Promise<TaskResult> =>
      ask('GET', at`/tasks/${id}/result`, { query, ...wanted }),
    /**
     * What came of the task, as soon as it is over, blocked, or waits for people; after `timeoutMs`, to the second, what it
     * has come to by then, which its status says.
     */
    waitFor: async (
      id: string,
      { timeoutMs = Number.POSITIVE_INFINITY, ...wanted }: Wanted & { readonly timeoutMs?: number } = {},
    ): Promise<TaskResult> => {
      const endMs = Date.now() + timeoutMs
      for (;;) {
        const left = Math.max(0, Math.ceil((endMs - Date.now()) / 1_000))
        const query = { wait_seconds: Math.min(LONGEST_WAIT_SECONDS, left) }
        const result = await ask<TaskResult>('GET', at`/tasks/${id}/result`, { query, ...wanted })
        if (!GOES_ON.includes(result.status) || Date.now() >= endMs) return result
      }
    },
    convergences: (id: string, query: PageQuery = {}): Promise<ConvergencePage> =>
      ask('GET', at`/tasks/${id}/convergences`, { query: { ...query } }),
    bounds: (id: string, query: PageQuery = {}): Promise<PhaseBoundsPage> =>
      ask('GET', at`/tasks/${id}/bounds`, { query: { ...query } }),
    graph: (id: string): Promise<TaskGraph> => ask('GET', at`/tasks/${id}/graph`),
    steps: (id: string, query: PageQuery = {}): Promise<StepPage> =>
      ask('GET', at`/tasks/${id}/steps`, { query: { ...query } }),
    step: (id: string, step: string): Promise<StepResult> => ask('GET', at`/tasks/${id}/steps/${step}`),
    attempts: (id: string, query: PageQuery & { readonly step?: string } = {}): Promise<AttemptPage> =>
      ask('GET', at`/tasks/${id}/attempts`, { query: { ...query } }),
    events: (
      id: string,
      query: { readonly after_version?: number; readonly limit?: number } = {},
    ): Promise<EventPage> => ask('GET', at`/tasks/${id}/events`, { query }),
    /** From the task's first event, or above a position, and on as it goes. */
    stream: (
      id: string,
      query: Pick<EventQuery, 'type' | 'planned_by'> & {
        readonly after?: number
        readonly from?: 'start' | 'now'
      } = {},
      options: StreamOptions = {},
    ): AsyncGenerator<TaskerEvent, void, undefined> => streamEvents(transport, at`/tasks/${id}/stream`, query, options),
    payloads: (
      id: string,
      digest: ReadonlyArray<string>,
    ): Promise<{ readonly items: ReadonlyArray<{ readonly digest: string; readonly text: string }> }> =>
      ask('GET', at`/tasks/${id}/payloads`, { query: { digest } }),
    why: (id: string): Promise<TaskExplanation> => ask('GET', at`/tasks/${id}/why`),
    whyStep: (id: string, step: string): Promise<Explanation> => ask('GET', at`/tasks/${id}/steps/${step}/why`),
    provenance: (id: string, step: string): Promise<Provenance> =>
      ask('GET', at`/tasks/${id}/steps/${step}/provenance`),
  }
}
