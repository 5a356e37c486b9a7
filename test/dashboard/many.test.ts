/** Pages of much cost what those of little do: a constant number of statements, and lists that go on by key. */
import pg from 'pg'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { JsonObject } from '../../src/core/json.js'
import { broken, ok } from '../support/planned-tasker.js'
import { openPages, type Pages } from './pages.js'

const test = suite('pages of much')

const GATE = { callable: 'catalog:gate', initialization: { question: 'Shall it?', groups: ['all'] } }

const template = (name: string, handler: JsonObject, type = 'standard'): JsonObject => ({
  name,
  namespace_name: 'default',
  version: '1.0.0',
  steps: [{ name: 'only', type, handler, dependencies: [] }],
})

const waiting = { until: ({ status }: { readonly status: string }) => status === 'waiting_for_approval' }

/** Of each kind so many more. */
const addTasks = async ({ tasker, projected }: Pages, count: number): Promise<void> => {
  const kinds = await Promise.all(
    [
      template('fine', { callable: 'ok' }),
      template('failing', { callable: 'broken' }),
      template('gated', GATE, 'gate'),
    ].map((source) => tasker.template(source)),
  )
  for (const kind of kinds) {
    const tasks = await Promise.all(Array.from({ length: count }, () => tasker.tasks.create(kind, {})))
    await Promise.all(tasks.map((task) => task.result(waiting)))
  }
  await projected()
}

/** What a process does beside its pages: it leads, renews its lease, follows the log. */
const OF_THE_PROCESS =
  /session|leader|checkpoint|event_pages|due|inbox|connection|notif|position|slots|expired|schedulesDue|limits/i

/** The statements by which a page is made, by their names. */
const statementsOf = async (pages: Pages, path: string): Promise<ReadonlyArray<string>> => {
  const asked: string[] = []
  const { query } = pg.Client.prototype
  pg.Client.prototype.query = function (this: pg.Client, ...given: unknown[]) {
    const [statement] = given
    const name =
      typeof statement === 'object' && statement !== null && 'name' in statement ? String(statement.name) : ''
    if (name !== '' && !OF_THE_PROCESS.test(name)) asked.push(name)
    return Reflect.apply(query, this, given)
  } as typeof query
  try {
    assert.is((await pages.get(path)).status, 200, path)
  } finally {
    pg.Client.prototype.query = query
  }
  return asked.sort()
}

const LISTS = [
  '/ui/tasks',
  '/ui/tasks?q=fin',
  '/ui/gates',
  '/ui/dead-letters',
  '/ui/planner',
  '/ui/templates',
  '/ui/catalog',
  '/ui/workers',
  '/ui/schedules',
  '/ui/subscriptions',
]

test('a page asks the database as often for sixty tasks as for one', async () => {
  const pages = await openPages({ handlers: [ok, broken] })
  await addTasks(pages, 1)
  const before = new Map<string, ReadonlyArray<string>>()
  for (const path of LISTS) before.set(path, await statementsOf(pages, path))
  assert.ok((before.get('/ui/tasks')?.length ?? 0) >= 4)
  await addTasks(pages, 60)
  for (const path of LISTS) {
    const after = await statementsOf(pages, path)
    // What was summed a moment ago is not summed again.
    assert.ok(after.length <= (before.get(path)?.length ?? 0), `${path}: ${after}`)
  }
  await pages.close()
})

test('a list goes on where its page ended, to the end, and shows each task once', async () => {
  const pages = await openPages({ handlers: [ok, broken] })
  await addTasks(pages, 40)
  const lists: ReadonlyArray<readonly [path: string, row: RegExp, count: number]> = [
    ['/ui/tasks', /<tr role="row" id="(task-[^"]+)"/g, 120],
    ['/ui/tasks?template=gated', /<tr role="row" id="(task-[^"]+)"/g, 40],
    ['/ui/tasks?q=f', /<tr role="row" id="(task-[^"]+)"/g, 80],
  ]
  const everybody: string[] = []
  for (const [path, row, count] of lists) {
    const seen: string[] = []
    let next: string | undefined = path
    while (next !== undefined) {
      const { text } = await pages.get(next)
      seen.push(...[...text.matchAll(row)].map(([, id = '']) => id))
      next = /<a class="button little" href="([^"]+)" rel="next"/.exec(text)?.[1]?.replaceAll('&amp;', '&')
    }
    assert.is(seen.length, count, path)
    assert.is(new Set(seen).size, count, path)
    if (path === '/ui/tasks') everybody.push(...seen.map((id) => id.slice('task-'.length)))
  }
  assert.is((await pages.get('/ui/tasks?after=nonsense')).status, 400)
  // All that are chosen, and all that a search finds: not those of one page, nor as many as one filter holds.
  const chosen = await pages.post('/ui/tasks/bulk', { operation: 'cancel', which: 'chosen', task: everybody })
  assert.match(chosen.words, /80 tasks would change, 40 tasks would refuse/)
  const offered = /name="which" value="(found [^"]*)"/.exec((await pages.get('/ui/tasks?q=f')).text)?.[1] ?? ''
  const found = await pages.post('/ui/tasks/bulk', { operation: 'cancel', which: offered })
  assert.match(found.words, /Tasks that the search “f” finds 40 tasks would change, 40 tasks would refuse/)
  const shown = [...found.text.matchAll(/name="task" value="([^"]+)"/g)].map(([, id = '']) => id)
  assert.is(shown.length, 40)
  const done = await pages.post('/ui/tasks/bulk', {
    ...{ operation: 'cancel', which: offered, confirmed: 'yes', task: shown.slice(0, 39) },
  })
  assert.match(done.words, /39 tasks changed/)
  await pages.close()
})

test.run()
