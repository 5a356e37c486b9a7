/** One task: as it stands, what came of it, its graph, its steps, its events, and why it stands. */
import { closed } from '../../core/closed.js'
import { integer, text } from '../../core/described.js'
import { glanceAt } from '../../core/view.js'
import { unpack } from '../../engine/contents.js'
import { streamOf } from '../../engine/ids.js'
import { TaskRefused, taskUnknown } from '../../engine/task-refused.js'
import type { AppParts } from '../app-parts.js'
import type { Caller } from '../caller.js'
import { MAX_LISTED, MAX_NAME_CHARS, MAX_WAIT_SECONDS } from '../limits.js'
import { onlyPage, pageBody, pageOptions, pageQuery, projectedQuery } from '../page-query.js'
import { ok, type Reply, type Route, route } from '../route.js'
import { visibleTask } from '../scope.js'
import { shaped } from '../shape.js'
import { eventPage, eventShape } from '../shapes/event.js'
import {
  attemptPage,
  attemptSummary,
  stepPage,
  stepResult,
  stepSummary,
  taskGraph,
  taskResult,
  taskShown,
} from '../shapes/task.js'
import { shownGraph, shownResult, shownTask } from '../task-shown.js'

const waitQuery = closed(
  {},
  {
    wait_seconds: integer({
      min: 0,
      max: MAX_WAIT_SECONDS,
      description: 'answer when nothing of the task goes on by itself, or after so long',
    }),
  },
)

const eventsQuery = closed({}, { after_version: integer({ min: 0, max: 2 ** 31 - 1 }), limit: pageQuery.limit })

const common = { method: 'get', tag: 'tasks', permission: 'tasks:read', refuses: ['task_unknown'] } as const

/** All that is answered of a task's state is the fold of its events. */
const versionOf = async (
  { params, caller }: { readonly params: { readonly id: string }; readonly caller: Caller },
  parts: AppParts,
): Promise<string> => {
  const head = await parts.log.head(streamOf(await visibleTask(parts, caller, params.id)))
  if (head === undefined) throw taskUnknown(params.id)
  return String(head.version)
}

const atVersion = <A extends { readonly version: number }>(body: A): Reply<A> => ({
  ...ok(body),
  stands: String(body.version),
})

export const taskReadingRoutes: ReadonlyArray<Route> = [
  route({
    ...common,
    id: 'getTask',
    path: '/tasks/:id',
    summary: 'A task as it stands',
    answer: taskShown,
    stands: versionOf,
    handle: async ({ params, caller }, parts) => {
      const id = await visibleTask(parts, caller, params.id)
      return atVersion(await parts.tasks.look(id, (state) => shownTask(id, state)))
    },
  }),
  route({
    ...common,
    id: 'getTaskResult',
    path: '/tasks/:id/result',
    summary: 'What came of a task so far: its steps with their results by value',
    query: waitQuery,
    answer: taskResult,
    handle: async ({ params, query, caller, signal }, parts) => {
      const id = await visibleTask(parts, caller, params.id)
      const task = await parts.tasks.get(id)
      const { wait_seconds = 0 } = query
      if (wait_seconds === 0) return ok(shownResult(await task.view()))
      const over = AbortSignal.any([signal, AbortSignal.timeout(wait_seconds * 1_000)])
      const until = ({ status }: { readonly status: string }): boolean => STANDS.includes(status)
      const result = await task.result({ signal: over, until }).catch((error: unknown) => {
        if (over.aborted) return task.view()
        throw error
      })
      return ok(shownResult(result))
    },
  }),
  route({
    ...common,
    id: 'getTaskGraph',
    path: '/tasks/:id/graph',
    summary: 'The graph of a task: every declared step, created or not, and every edge',
    answer: taskGraph,
    stands: versionOf,
    handle: async ({ params, caller }, parts) => {
      const id = await visibleTask(parts, caller, params.id)
      return atVersion(await parts.tasks.look(id, (state) => shownGraph(id, state)))
    },
  }),
  route({
    ...common,
    id: 'listTaskSteps',
    path: '/tasks/:id/steps',
    summary: 'The steps of a task in pages, in the order of declaration, as the projection shows them',
    query: onlyPage,
    answer: stepPage,
    handle: async ({ params, query, caller }, parts) => {
      const id = await visibleTask(parts, caller, params.id)
      return ok(
        pageBody(await parts.projections.read.steps(id, await pageOptions(parts, query)), (step) =>
          shaped(stepSummary, step),
        ),
      )
    },
  }),
  route({
    ...common,
    id: 'getStep',
    path: '/tasks/:id/steps/:step',
    summary: 'A created step with its result by value',
    answer: stepResult,
    refuses: ['task_unknown', 'step_unknown'],
    handle: async ({ params, caller }, parts) => {
      const id = await visibleTask(parts, caller, params.id)
      const step = await parts.tasks.look(id, (state) => glanceAt(state).step(params.step))
      if (step === undefined) throw new TaskRefused('step_unknown', `the task has no step ${params.step}`)
      const result = step.result === null ? null : await unpack(parts.log, streamOf(id), step.result)
      return ok(shaped(stepResult, { ...step, result, name: params.step }))
    },
  }),
  route({
    ...common,
    id: 'listTaskAttempts',
    path: '/tasks/:id/attempts',
    summary: 'The attempts of a task in pages, in the order in which they were queued',
    query: closed({}, { ...projectedQuery, step: text({ maxChars: MAX_NAME_CHARS }) }),
    answer: attemptPage,
    handle: async ({ params, query, caller }, parts) => {
      const id = await visibleTask(parts, caller, params.id)
      const of = query.step === undefined ? {} : { step: query.step }
      const page = await parts.projections.read.timeline(id, { ...of, ...(await pageOptions(parts, query)) })
      return ok(pageBody(page, (attempt) => shaped(attemptSummary, attempt)))
    },
  }),
  route({
    ...common,
    id: 'listTaskEvents',
    path: '/tasks/:id/events',
    summary: 'The record of a task, event by event',
    description: 'The next page begins after the version that `next_cursor` says.',
    permission: 'events:read',
    query: eventsQuery,
    answer: eventPage,
    handle: async ({ params, query, caller }, parts) => {
      const id = await visibleTask(parts, caller, params.id)
      const { after_version = 0, limit = MAX_LISTED } = query
      const events = await parts.log.readStream(streamOf(id), after_version, limit + 1)
      if (events.length === 0) await parts.tasks.get(id)
      const items = events.slice(0, limit).map(eventShape)
      const last = items.at(-1)
      return ok({ items, next_cursor: events.length > limit && last !== undefined ? String(last.version) : null })
    },
  }),
]

/** Where only a person can move it; an end, and a task that is blocked, are waited for anyway. */
const STANDS: ReadonlyArray<string> = ['waiting_for_approval', 'paused']
