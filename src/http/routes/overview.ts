/** How much there is: tasks by status, what waits for people, how templates do, how far a task is, and who works. */
import { closed } from '../../core/closed.js'
import { text } from '../../core/described.js'
import { CATALOG_NAMESPACE } from '../../core/step.js'
import { maySee } from '../caller.js'
import { MAX_NAME_CHARS } from '../limits.js'
import { onlyPage, pageBody, pageOptions } from '../page-query.js'
import { ok, type Route, route } from '../route.js'
import { checkNamespace, namespacesOf, visibleTask } from '../scope.js'
import { pageOf, shaped } from '../shape.js'
import {
  convergence,
  phaseBounds,
  taskCounts,
  templatePerformance,
  templatePerformances,
  waiting,
  workers,
} from '../shapes/overview.js'

const name = text({ maxChars: MAX_NAME_CHARS })
const ofTemplate = closed({}, { namespace: name, template: name })

const common = { method: 'get', tag: 'tasks', permission: 'tasks:read', refuses: ['projection_absent'] } as const
const ofTask = { ...common, query: onlyPage, refuses: ['task_unknown', 'cursor_invalid', 'projection_absent'] } as const

export const overviewRoutes: ReadonlyArray<Route> = [
  route({
    ...common,
    id: 'countTasks',
    path: '/tasks/counts',
    summary: 'How many tasks stand how',
    query: ofTemplate,
    answer: taskCounts,
    handle: async ({ query, caller }, { projections }) => {
      if (query.namespace !== undefined) checkNamespace(caller, query.namespace)
      return ok({ counts: { ...(await projections.read.taskCounts({ ...query, ...namespacesOf(caller) })) } })
    },
  }),
  route({
    ...common,
    id: 'getWaiting',
    path: '/waiting',
    summary: 'What waits for people: open gates and dead letters, each counted up to a thousand',
    answer: waiting,
    handle: async ({ caller }, { projections }) =>
      ok(shaped(waiting, await projections.read.waiting(namespacesOf(caller)))),
  }),
  route({
    ...common,
    id: 'getTemplatePerformance',
    path: '/template-performance',
    summary: 'How the tasks of each template and version have gone',
    permission: 'templates:read',
    query: ofTemplate,
    answer: templatePerformances,
    handle: async ({ query, caller }, { projections }) => {
      if (query.namespace !== undefined) checkNamespace(caller, query.namespace)
      const all = await projections.read.templatePerformance({ ...query, ...namespacesOf(caller) })
      return ok({ items: all.map((one) => shaped(templatePerformance, one)) })
    },
  }),
  route({
    ...ofTask,
    id: 'listConvergences',
    path: '/tasks/:id/convergences',
    summary: 'How far each convergence step of a task is',
    answer: pageOf('ConvergencePage', convergence),
    handle: async ({ params, query, caller }, parts) => {
      const id = await visibleTask(parts, caller, params.id)
      const page = await parts.projections.read.convergences(id, await pageOptions(parts, query))
      return ok(pageBody(page, (one) => shaped(convergence, one)))
    },
  }),
  route({
    ...ofTask,
    id: 'listTaskBounds',
    path: '/tasks/:id/bounds',
    summary: 'What a task and each of its phases may use, has used, and has promised',
    answer: pageOf('PhaseBoundsPage', phaseBounds),
    handle: async ({ params, query, caller }, parts) => {
      const id = await visibleTask(parts, caller, params.id)
      const page = await parts.projections.read.bounds(id, await pageOptions(parts, query))
      return ok(pageBody(page, (one) => shaped(phaseBounds, one)))
    },
  }),
  route({
    ...common,
    id: 'listWorkers',
    path: '/workers',
    summary: 'The sessions of workers that are alive: which queues each serves, and which handlers it has',
    answer: workers,
    refuses: [],
    handle: async ({ caller }, { log }) => {
      // Queues bear the names of namespaces; the catalog's is everybody's.
      const isSeen = (queue: string): boolean => queue === CATALOG_NAMESPACE || maySee(caller, queue)
      const live = await log.liveSessions()
      const items = live.map(({ id, worker, queues, handlers }) => ({
        session: id,
        worker,
        queues: queues.filter(isSeen),
        handlers,
      }))
      return ok({ items: items.filter(({ queues }) => queues.length > 0) })
    },
  }),
]
