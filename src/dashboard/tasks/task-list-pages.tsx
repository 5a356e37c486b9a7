/** The routes of the list of tasks. */
import { Hono } from 'hono'
import { type HttpEnv, mayDo } from '../../http/caller.js'
import { permissionOf } from '../../http/change-permission.js'
import type { Page as PageOf, ReadModels } from '../../ports/read-models.js'
import type { TaskSummary } from '../../ports/summaries.js'
import { act, type Board, backTo, fieldOf, formOf, frameOf, mustBeAllowed, seenBy, show, tell } from '../board.js'
import { BulkPage, bulkOrder, carryOut, MAX_BULK_TASKS, rehearse } from './bulk.js'
import { removeFilter, savedFilters, saveFilter } from './saved-filters.js'
import { type Choices, TaskListPage } from './task-list-page.js'
import { FOUND, readFilterOf, taskQueryOf } from './task-query.js'

export const taskListPages = (board: Board): Hono<HttpEnv> => {
  const { tasks, clock } = board.parts
  const { read } = board.parts.projections
  const app = new Hono<HttpEnv>()
  app.get('/', async (c) => {
    const caller = mustBeAllowed(c, 'tasks:read')
    const query = taskQueryOf(new URL(c.req.url).searchParams)
    const seen = seenBy(caller)
    const now = clock.now()
    const { template, namespace } = readFilterOf(query, now)
    const among = { ...seen, ...(template && { template }), ...(namespace && { namespace }) }
    const [frame, page, counts, templates] = await Promise.all([
      frameOf(board, c),
      read.tasks({ ...readFilterOf(query, now), ...seen }),
      read.taskCounts(among),
      read.templatePerformance(seen),
    ])
    const choices = choicesIn(templates)
    const saved = savedFilters(c)
    const mayChange = mayDo(caller, 'tasks:write')
    return show(c, <TaskListPage {...{ frame, query, page, counts, choices, saved, now, mayChange }} />)
  })
  app.post('/filters', async (c) => {
    const form = await formOf(c)
    const gone = fieldOf(form, 'remove')
    if (gone !== '') {
      removeFilter(c, gone)
      return c.redirect(backTo(fieldOf(form, 'back'), '/ui/tasks'), 303)
    }
    const query = fieldOf(form, 'query')
    const wrong = saveFilter(c, fieldOf(form, 'name'), query)
    if (wrong !== undefined) tell(c, 'bad', wrong)
    return c.redirect(backTo(`/ui/tasks?${query}`, '/ui/tasks'), 303)
  })
  app.post('/bulk', async (c) => {
    const caller = c.get('caller')
    const form = await formOf(c)
    const isDone = fieldOf(form, 'confirmed') === 'yes'
    return act(c, '/ui/tasks', async () => {
      const which = isDone ? '' : fieldOf(form, 'which')
      const order = bulkOrder(form, caller, await foundBy(read, which, seenBy(caller), clock.now()))
      mustBeAllowed(c, permissionOf(order.change))
      const outcome = isDone ? await carryOut(tasks, order) : await rehearse(tasks, order)
      return show(c, <BulkPage frame={await frameOf(board, c)} {...{ order, outcome, isDone }} />)
    })
  })
  return app
}

/** Tasks of a search, as many as are changed at once and one more, so that one knows of further ones. */
const foundBy = async (
  read: ReadModels,
  which: string,
  seen: ReturnType<typeof seenBy>,
  nowMs: number,
): Promise<ReadonlyArray<string>> => {
  if (!which.startsWith(FOUND)) return []
  const filter = readFilterOf(taskQueryOf(new URLSearchParams(which.slice(FOUND.length))), nowMs)
  const ids: string[] = []
  for (let after: string | null | undefined; after !== null && ids.length <= MAX_BULK_TASKS; ) {
    const page: PageOf<TaskSummary> = await read.tasks({
      ...filter,
      ...seen,
      ...(after === undefined ? {} : { after }),
    })
    ids.push(...page.items.map(({ task }) => task))
    after = page.next
  }
  return ids.slice(0, MAX_BULK_TASKS + 1)
}

const choicesIn = (templates: ReadonlyArray<{ readonly namespace: string; readonly template: string }>): Choices => ({
  namespaces: [...new Set(templates.map(({ namespace }) => namespace))],
  templates: [...new Set(templates.map(({ template }) => template))].sort(),
})
