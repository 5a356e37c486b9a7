import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { broken, ok } from '../support/planned-tasker.js'
import { until } from '../support/until.js'
import { openPages } from './pages.js'

const test = suite('the other places of the dashboard')

const ORDER = {
  name: 'order',
  namespace_name: 'default',
  version: '1.0.0',
  description: 'From the card to the parcel.',
  input_schema: {
    type: 'object',
    required: ['number'],
    additionalProperties: false,
    properties: {
      number: { type: 'string', description: 'What is written on it.' },
      amount: { type: 'number' },
      express: { type: 'boolean' },
      lines: { type: 'array' },
    },
  },
  steps: [{ name: 'charge', handler: { callable: 'ok' }, dependencies: [] }],
}

const FAILING = {
  name: 'failing',
  namespace_name: 'default',
  version: '1.0.0',
  steps: [{ name: 'charge', handler: { callable: 'broken' }, dependencies: [] }],
}

const world = async () => {
  const pages = await openPages({ handlers: [ok, broken] })
  const { tasker } = pages
  await tasker.templates.register(ORDER, { actor: 'ada' })
  await tasker.templates.register({ ...ORDER, version: '1.1.0', description: 'Quicker.' }, { actor: 'ben' })
  const failed = await tasker.tasks.create(await tasker.template(FAILING), {})
  await failed.result()
  await tasker.schedules.add(
    { name: 'nightly', cron: '0 3 * * *', template: { name: 'order' }, input: { number: 'n' } },
    { actor: 'ada' },
  )
  await pages.projected()
  return { pages, failed }
}

const shared = world()

test('a template shows its frame, its versions, what one changed of another, and its text', async () => {
  const { pages } = await shared
  assert.match((await pages.get('/ui/templates')).words, /order default · 1\.1\.0 of 2 versions/)
  const { text, words } = await pages.get('/ui/templates/default/order?version=1.1.0&before=1.0.0')
  assert.match(text, /class="graph-name"[^>]*>charge</)
  assert.match(words, /− description: "From the card to the parcel\." \+ description: "Quicker\."/)
  assert.match(words, /1\.0\.0 ada/)
  assert.is((await pages.get('/ui/templates/default/orders')).status, 404)
})

test('a task is started from a form of its template’s schema; what is wrong is said, and what was written stays', async () => {
  const { pages } = await shared
  const path = '/ui/templates/default/order/start'
  const form = await pages.get(path)
  assert.match(form.text, /name="input\.number"[^>]*required/)
  const started = await pages.post(path, {
    'input.number': 'A-1',
    'input.amount': '12.5',
    'input.express': 'on',
    'input.lines': '[1, 2]',
    key: 'a-1',
    priority: '3',
  })
  assert.is(started.status, 303)
  const id = started.headers.get('location')?.split('/').at(-1) ?? ''
  assert.is((await (await pages.tasker.tasks.get(id)).result()).status, 'complete')
  const again = await pages.post(path, { 'input.number': 'A-1', key: 'a-1' })
  assert.is(again.headers.get('location'), `/ui/tasks/${id}`)
  const wrong = await pages.post(path, { 'input.number': 'B-"2', 'input.amount': 'much' })
  assert.is(wrong.status, 422)
  assert.match(wrong.words, /amount is a number, and "much" is none/)
  assert.match(wrong.text, /value="B-&quot;2"/)
  const refused = await pages.post(path, { 'input.number': 'C-3', 'input.lines': '"none"' })
  assert.match(refused.words, /the input is refused by the template's schema|refused by the template/)
})

test('the catalog shows how each handler does, and its reference', async () => {
  const { pages } = await shared
  const { words } = await pages.get('/ui/catalog')
  assert.match(words, /broken .*?1 1 · 100%/)
  const handler = await pages.get('/ui/catalog/http_request')
  assert.match(handler.words, /url required string/)
  assert.is((await pages.get('/ui/catalog/http_requests')).status, 404)
})

test('a dead letter says why it stands, and is repaired or resolved with a reason', async () => {
  const { pages, failed } = await shared
  const path = `/ui/dead-letters/${failed.id}`
  const { words } = await pages.get(path)
  assert.match(words, /charge failed/)
  const reset = await pages.post(`${path}/step`, { step: 'charge', repair: 'reset', reason: 'try it again' })
  assert.match(decodeURIComponent(reset.headers.get('set-cookie') ?? ''), /You reset charge/)
  await failed.result()
  const retried = await pages.post(`${path}/step`, { step: 'charge', repair: 'retry' })
  assert.match(decodeURIComponent(retried.headers.get('set-cookie') ?? ''), /^tasker_told=bad/)
  assert.is((await pages.post(`${path}/step`, { step: 'charge', repair: 'explode' })).status, 400)
  const resolved = await pages.post(`${path}/resolve`, { resolution: 'manually_resolved', reason: 'done by phone' })
  assert.match(decodeURIComponent(resolved.headers.get('set-cookie') ?? ''), /The dead letter is resolved/)
  await pages.projected()
  assert.match((await pages.get('/ui/dead-letters?dealt=yes')).words, /manually resolved ada .* done by phone/)
  assert.match((await pages.get(path)).words, /No dead letter any more/)
})

test('a projection is built anew and compared from its page, which says how far it is', async () => {
  const { pages } = await shared
  const told = await pages.post('/ui/projections', { name: 'gates', what: 'rebuild' })
  assert.match(decodeURIComponent(told.headers.get('set-cookie') ?? ''), /gates is built anew/)
  await until('the rebuild has ended', async () =>
    /rebuilt up to position/.test((await pages.get('/ui/projections')).words),
  )
  await pages.post('/ui/projections', { name: 'readiness', what: 'verify' })
  await until('it was compared', async () =>
    /rows are the fold of the log/.test((await pages.get('/ui/projections')).words),
  )
  assert.match((await pages.get('/ui/projections')).words, /rebuilt up to position/, 'both are shown')
  const over = await pages.post('/ui/projections', { name: 'gates', what: 'cancel' })
  assert.match(decodeURIComponent(over.headers.get('set-cookie') ?? ''), /tasker_told=bad.*no_rebuild/)
  for (const what of ['verify', 'rebuild', 'cancel']) {
    assert.is((await pages.post('/ui/projections', { name: 'nothing', what })).status, 303)
  }
})

test('a schedule is paused and goes on', async () => {
  const { pages } = await shared
  assert.match((await pages.get('/ui/schedules')).words, /nightly 0 3 \* \* \* UTC/)
  await pages.post('/ui/schedules', { name: 'nightly', turn: 'pause' })
  assert.match((await pages.get('/ui/schedules')).words, /Paused/)
  await pages.post('/ui/schedules', { name: 'nightly', turn: 'resume' })
  assert.not.match((await pages.get('/ui/schedules')).words, /Paused/)
})

test('what a subscription has parked is listed, and handed over again', async () => {
  const { pages } = await shared
  const { tasker } = pages
  const state = { isBroken: true, taken: 0 }
  const subscription = await tasker.subscribe(
    { name: 'mailer', types: ['task-blocked'], from: 'start', retry: { maxAttempts: 1 } },
    () => {
      if (state.isBroken) throw new Error('<b>no mail</b>')
      state.taken += 1
    },
  )
  await until('it is parked', async () => (await tasker.subscriptions.list()).some(({ parked }) => parked > 0))
  assert.match((await pages.get('/ui/subscriptions')).words, /mailer/)
  const parked = await pages.get('/ui/subscriptions/mailer')
  assert.match(parked.words, /task-blocked/)
  assert.not.match(parked.text, /<b>no mail/)
  state.isBroken = false
  await pages.post('/ui/subscriptions/mailer', { what: 'replay' })
  await until('it is taken', () => state.taken > 0)
  await subscription.close()
})

test('the board of queues only shows: whatever would change something is refused before the board hears of it', async () => {
  const { pages } = await shared
  for (const path of [
    '',
    '/api/queues/default/pause',
    '/api/queues/default/1/retry',
    '/api/queues/default/clean/failed',
  ]) {
    const { status, headers } = await pages.post(`/ui/queues/board${path}`, {})
    assert.equal([status, headers.get('allow')], [405, 'GET'], path)
  }
  assert.is((await pages.as({ permissions: new Set() }).get('/ui/queues/board')).status, 403)
})

test.after(async () => (await shared).pages.close())

test.run()
