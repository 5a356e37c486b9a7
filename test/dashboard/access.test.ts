import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Permission } from '../../src/core/permission.js'
import { ok } from '../support/planned-tasker.js'
import { openPages } from './pages.js'

const test = suite('who sees what of the pages')

const template = (namespace: string) => ({
  name: `work_of_${namespace}`,
  namespace_name: namespace,
  version: '1.0.0',
  steps: [
    {
      name: 'review',
      type: 'gate',
      dependencies: [],
      handler: { callable: 'catalog:gate', initialization: { question: `By ${namespace}?`, groups: ['all'] } },
    },
  ],
})

const waiting = { until: ({ status }: { readonly status: string }) => status === 'waiting_for_approval' }

const READ: ReadonlyArray<Permission> = [
  'tasks:read',
  'gates:read',
  'dead-letters:read',
  'templates:read',
  'plans:read',
  'schedules:read',
]

test('whoever may see one namespace sees nothing of another: no task, no gate, no number', async () => {
  const pages = await openPages(
    { handlers: [ok] },
    { namespaces: new Set(['north']), permissions: new Set([...READ, 'tasks:write', 'gates:vote']) },
  )
  const { tasker } = pages
  const ids = []
  for (const namespace of ['north', 'south', 'south']) {
    await tasker.templates.register(template(namespace), { actor: 'ada' })
    const task = await tasker.tasks.create({ name: `work_of_${namespace}`, namespace }, {})
    await task.result(waiting)
    ids.push(task.id)
  }
  await pages.projected()
  const [seen = '', hidden = ''] = ids
  for (const path of ['/ui/tasks', '/ui/tasks?q=work', '/ui/gates', '/ui/templates', '/ui/planner']) {
    const { words, text } = await pages.get(path)
    assert.not.match(words, /south/, path)
    assert.not.ok(text.includes(hidden), path)
  }
  const list = await pages.get('/ui/tasks')
  assert.match(list.words, /All 1/)
  assert.match(list.words, /Gates 1/)
  assert.is((await pages.get(`/ui/gates/${seen}?step=review`)).status, 200)
  for (const path of [`/ui/gates/${hidden}?step=review`, `/ui/dead-letters/${hidden}`, `/ui/tasks/${hidden}`]) {
    assert.ok([403, 404].includes((await pages.get(path)).status), path)
  }
  const vote = await pages.post(`/ui/gates/${hidden}/vote`, { step: 'review', vote: 'approve', digest: '' })
  assert.is(vote.status, 404)
  const bulk = await pages.post('/ui/tasks/bulk', { operation: 'cancel', which: 'chosen', task: [seen, hidden] })
  assert.match(bulk.words, /1 task would change/)
  await pages.close()
})

test('whoever may only look is offered nothing that changes, and is refused it', async () => {
  const pages = await openPages({ handlers: [ok] }, { permissions: new Set(READ) })
  const task = await pages.tasker.tasks.create(await pages.tasker.template(template('default')), {})
  await task.result(waiting)
  await pages.projected()
  for (const path of ['/ui/tasks', `/ui/gates/${task.id}?step=review`, '/ui/schedules']) {
    const { text, status } = await pages.get(path)
    assert.is(status, 200, path)
    assert.not.match(text, /<form method="post" action="(?!\/ui\/theme|\/ui\/tasks\/filters)/, path)
  }
  const refused: ReadonlyArray<readonly [string, Readonly<Record<string, string>>]> = [
    ['/ui/tasks/bulk', { operation: 'cancel', which: 'filter open=true' }],
    [`/ui/gates/${task.id}/vote`, { step: 'review', vote: 'approve' }],
    [`/ui/dead-letters/${task.id}/resolve`, { resolution: 'cancelled' }],
    ['/ui/projections', { name: 'gates', what: 'rebuild' }],
    ['/ui/projections', { name: 'gates', what: 'cancel' }],
    ['/ui/schedules', { name: 'x', turn: 'pause' }],
  ]
  for (const [path, form] of refused) assert.is((await pages.post(path, form)).status, 403, path)
  assert.is((await pages.get('/ui/catalog')).status, 403)
  await pages.close()
})

test('a way back never leads to another site', async () => {
  const pages = await openPages()
  for (const back of [
    'https://elsewhere.example/',
    '//elsewhere.example/ui',
    '/ui//elsewhere',
    '/\\elsewhere',
    'javascript:alert(1)',
  ]) {
    const { headers } = await pages.post('/ui/theme', { theme: 'dark', back })
    assert.is(headers.get('location'), '/ui/tasks', back)
  }
  const { headers } = await pages.post('/ui/theme', { theme: 'dark', back: '/ui/gates?closed=yes' })
  assert.is(headers.get('location'), '/ui/gates?closed=yes')
  await pages.close()
})

test.run()
