/** Many tasks: in pages, by what the projection shows of them, or by a filter as the command line has it. */
import * as t from 'io-ts'
import { closed } from '../../core/closed.js'
import { listOf, oneOf, text } from '../../core/described.js'
import { MAX_FILTER_CHARS } from '../../core/limits.js'
import type { TaskSummary } from '../../engine/selection.js'
import type { TaskFilter } from '../../ports/read-models.js'
import { maySee } from '../caller.js'
import { MAX_LISTED, MAX_NAME_CHARS } from '../limits.js'
import { pageBody, pageOptions, pageQuery, projectedQuery } from '../page-query.js'
import { ok, type Route, route } from '../route.js'
import { checkNamespace, namespacesOf, taskCursor } from '../scope.js'
import { shaped } from '../shape.js'
import { foundTasks, status, taskPage, taskSummary } from '../shapes/task.js'

const name = text({ maxChars: MAX_NAME_CHARS })

const listQuery = closed(
  {},
  {
    ...projectedQuery,
    status: listOf(status, { maxItems: 10, description: 'one of these, separated by commas' }),
    namespace: name,
    search: text({ maxChars: MAX_NAME_CHARS, description: 'an id or its beginning, a key, or a part of a name' }),
    template: name,
    template_version: name,
    correlation: name,
    parent_task: name,
    forked_from: name,
    created_from: text({ maxChars: 40, description: 'ISO 8601; at this time or after it' }),
    created_before: text({ maxChars: 40, description: 'ISO 8601' }),
    is_planned: t.boolean,
    order: oneOf(['newest', 'oldest'], 'by their creation; newest where absent'),
  },
)

export type TaskListQuery = t.TypeOf<typeof listQuery>

const findQuery = closed(
  { filter: text({ maxChars: MAX_FILTER_CHARS, description: 'terms that must all hold: status=error age>1h' }) },
  pageQuery,
)

export const taskListRoutes: ReadonlyArray<Route> = [
  route({
    id: 'listTasks',
    method: 'get',
    path: '/tasks',
    tag: 'tasks',
    summary: 'Tasks in pages, as the projection shows them',
    permission: 'tasks:read',
    query: listQuery,
    answer: taskPage,
    refuses: ['cursor_invalid', 'filter_invalid', 'projection_absent'],
    handle: async ({ query, caller }, parts) => {
      if (query.namespace !== undefined) checkNamespace(caller, query.namespace)
      const page = await parts.projections.read.tasks({
        ...filterOf(query),
        ...namespacesOf(caller),
        ...(await pageOptions(parts, query)),
      })
      return ok(pageBody(page, (task) => shaped(taskSummary, task)))
    },
  }),
  route({
    id: 'findTasks',
    method: 'get',
    path: '/tasks/find',
    tag: 'tasks',
    summary: 'Tasks that a filter means, the oldest first, as their logs say',
    description: 'Terms as of `tasker task list --filter`. It looks at the log itself; for lists that page use /tasks.',
    permission: 'tasks:read',
    query: findQuery,
    answer: foundTasks,
    refuses: ['filter_invalid', 'cursor_invalid'],
    handle: async ({ query, caller, signal }, { tasks }) => {
      const { filter, limit = MAX_LISTED, cursor } = query
      const items: TaskSummary[] = []
      for await (const task of tasks.find(filter, cursor === undefined ? {} : { after: taskCursor(cursor) })) {
        signal.throwIfAborted()
        if (!maySee(caller, task.namespace)) continue
        if (items.length === limit) return ok({ items: items.map(foundShape), next_cursor: items.at(-1)?.id ?? null })
        items.push(task)
      }
      return ok({ items: items.map(foundShape), next_cursor: null })
    },
  }),
]

const filterOf = (query: t.TypeOf<typeof listQuery>): TaskFilter =>
  withoutUndefined({
    statuses: query.status,
    namespace: query.namespace,
    search: query.search,
    template: query.template,
    templateVersion: query.template_version,
    correlation: query.correlation,
    parentTask: query.parent_task,
    forkedFrom: query.forked_from,
    createdFrom: query.created_from,
    createdBefore: query.created_before,
    isPlanned: query.is_planned,
    order: query.order,
  })

type Given<A> = { readonly [Key in keyof A]?: Exclude<A[Key], undefined> }

/** Keys that say nothing are left out. */
const withoutUndefined = <A extends object>(value: A): Given<A> =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Given<A>

const foundShape = ({ id, status, namespace, template, open, createdAt, version, priority, error }: TaskSummary) => ({
  task: id,
  status,
  namespace,
  template,
  open,
  created_at: createdAt.toISOString(),
  ...(version === undefined ? {} : { version }),
  ...(priority === undefined ? {} : { priority }),
  ...(error === undefined ? {} : { error }),
})
