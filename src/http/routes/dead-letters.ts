/** Tasks that somebody has to look into, what happened to each, and what a person decides about it. */
import * as t from 'io-ts'
import { closed } from '../../core/closed.js'
import { oneOf, text } from '../../core/described.js'
import { byOf } from '../caller.js'
import { MAX_NAME_CHARS, MAX_REASON_CHARS } from '../limits.js'
import { pageBody, pageOptions, projectedQuery } from '../page-query.js'
import { ok, type Route, route } from '../route.js'
import { namespacesOf, visibleTask } from '../scope.js'
import { shaped } from '../shape.js'
import { deadLetterEntry, deadLetterPage, deadLetterShown, deadLetterSummary } from '../shapes/operations.js'
import { changed } from '../shapes/task.js'
import { resolution } from '../written-change.js'

const name = text({ maxChars: MAX_NAME_CHARS })

const listQuery = closed(
  {},
  {
    ...projectedQuery,
    is_waiting: t.boolean,
    template: name,
    task: name,
    reason: oneOf(['blocked', 'exhausted', 'stale', 'late', 'failed']),
  },
)

export type DeadLetterQuery = t.TypeOf<typeof listQuery>

const common = { tag: 'dead letters', permission: 'dead-letters:read' } as const

export const deadLetterRoutes: ReadonlyArray<Route> = [
  route({
    ...common,
    id: 'listDeadLetters',
    method: 'get',
    path: '/dead-letters',
    summary:
      'Dead letters in pages, the newest first, as the projection shows them; those that wait where nothing is said',
    query: listQuery,
    answer: deadLetterPage,
    refuses: ['cursor_invalid', 'projection_absent'],
    handle: async ({ query, caller }, parts) => {
      const { is_waiting = true, template, task, reason } = query
      const page = await parts.projections.read.deadLetters({
        isWaiting: is_waiting,
        ...(template === undefined ? {} : { template }),
        ...(task === undefined ? {} : { task }),
        ...(reason === undefined ? {} : { reason }),
        ...namespacesOf(caller),
        ...(await pageOptions(parts, query)),
      })
      return ok(pageBody(page, (one) => shaped(deadLetterSummary, one)))
    },
  }),
  route({
    ...common,
    id: 'getDeadLetter',
    method: 'get',
    path: '/tasks/:id/dead-letter',
    summary: 'Why a task has to be looked into, and what happened to it; entry is null where it need not be',
    answer: deadLetterShown,
    refuses: ['task_unknown'],
    handle: async ({ params, caller }, parts) => {
      const id = await visibleTask(parts, caller, params.id)
      const { entry, history } = await parts.deadLetters.show(id)
      const shown = entry === null ? null : shaped(deadLetterEntry, { ...entry, task: entry.taskId })
      return ok({ entry: shown, history: history.map((one) => ({ ...one })) })
    },
  }),
  route({
    ...common,
    id: 'resolveDeadLetter',
    method: 'post',
    path: '/tasks/:id/dead-letter/resolve',
    summary: 'Decide what becomes of a task that had to be looked into',
    permission: 'dead-letters:resolve',
    body: closed({ resolution }, { reason: text({ maxChars: MAX_REASON_CHARS }) }),
    answer: changed,
    refuses: ['task_unknown', 'no_dead_letter', 'task_closed'],
    handle: async ({ params, body, caller }, parts) => {
      const id = await visibleTask(parts, caller, params.id)
      await parts.deadLetters.resolve(id, body.resolution, byOf(caller, body.reason))
      return ok({ task: id, outcome: 'changed' as const, actor: caller.actor })
    },
  }),
]
