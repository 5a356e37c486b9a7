import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { broken, ok } from '../support/planned-tasker.js'
import { openPages } from './pages.js'

const test = suite('the list of tasks')

const HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)>'

const template = (name: string, callable: string, namespace = 'default') => ({
  name,
  namespace_name: namespace,
  version: '1.0.0',
  steps: [{ name: 'only', handler: { callable }, dependencies: [] }],
})

const world = async () => {
  const pages = await openPages({ handlers: [ok, broken] })
  const { tasker } = pages
  const fine = await tasker.template(template('fine', 'ok'))
  const failing = await tasker.template(template('failing', 'broken'))
  for (let at = 0; at < 3; at += 1) await (await tasker.tasks.create(fine, {}, { correlation: `order-${at}` })).result()
  const blocked = await tasker.tasks.create(failing, {}, { correlation: HOSTILE })
  await blocked.result()
  await pages.projected()
  return { pages, blocked }
}

const shared = world()

test('a page begins with what it is, has landmarks, and takes nothing from elsewhere', async () => {
  const { pages } = await shared
  const { status, text, headers } = await pages.get('/ui/tasks')
  assert.is(status, 200)
  assert.ok(text.startsWith('<!doctype html><html lang="en">'))
  assert.match(text, /<main class="page" id="content"/)
  assert.match(text, /<a class="skip" href="#content">/)
  assert.match(headers.get('content-security-policy') ?? '', /script-src 'self'/)
  assert.not.match(text, /\sstyle="|\son\w+="|<style|<script(?![^>]* src=)/)
  for (const [, address = ''] of text.matchAll(/(?:href|src|action)="([^"]*)"/g)) assert.match(address, /^[/#?]/)
})

test('tasks are listed, counted by state, and what they hold is shown as text', async () => {
  const { pages, blocked } = await shared
  const { text, words } = await pages.get('/ui/tasks')
  assert.is((text.match(/<tr role="row" id="task-/g) ?? []).length, 4)
  assert.match(words, /All 4/)
  assert.match(words, /Blocked by failures 1/)
  assert.match(words, /Complete 3/)
  assert.ok(text.includes(`/ui/tasks/${blocked.id}`))
  assert.not.match(text, /<script>alert|<img/)
  assert.ok(text.includes('&lt;script&gt;alert(1)&lt;/script&gt;'))
})

test('a search finds by a part of the name, by correlation and by id; a filter leaves the others out', async () => {
  const { pages, blocked } = await shared
  const found = async (query: string): Promise<number> =>
    ((await pages.get(`/ui/tasks?${query}`)).text.match(/<tr role="row" id="task-/g) ?? []).length
  assert.is(await found('q=FIN'), 3)
  assert.is(await found('q=order-1'), 1)
  assert.is(await found(`q=${blocked.id}`), 1)
  assert.is(await found('status=complete'), 3)
  assert.is(await found('status=complete&template=failing'), 0)
  assert.is(await found('within=1h&namespace=default'), 4)
  assert.is(await found('status=nonsense'), 4)
  assert.match((await pages.get('/ui/tasks?q=nowhere')).words, /No task is like this/)
})

test('a filter is kept under a name, and forgotten again', async () => {
  const { pages } = await shared
  const { headers, status } = await pages.post('/ui/tasks/filters', { name: 'late ones', query: 'status=error' })
  assert.is(status, 303)
  const cookie = (headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const kept = await pages.get('/ui/tasks', { cookie })
  assert.match(kept.words, /late ones/)
  assert.ok(kept.text.includes('href="/ui/tasks?status=error"'))
  // Whoever is sent its address sees the same, and may keep it as well.
  const sent = await pages.as({ actor: 'ben' }).get('/ui/tasks?status=complete&template=fine')
  assert.not.match(sent.words, /late ones/)
  assert.match(sent.text, /<option value="complete" selected/)
  assert.match(sent.text, /name="query" value="status=complete&amp;template=fine"/)
  const none = await pages.post('/ui/tasks/filters', { name: '', query: 'status=error' })
  assert.match(none.headers.get('set-cookie') ?? '', /A%20filter%20needs%20a%20name/)
})

test('many are changed only after it was shown what would become of each', async () => {
  const { pages, blocked } = await shared
  const asked = { operation: 'cancel', which: 'filter template=failing', reason: 'no longer wanted' }
  const preview = await pages.post('/ui/tasks/bulk', asked)
  assert.match(preview.words, /1 task would change/)
  assert.is((await (await pages.tasker.tasks.get(blocked.id)).view()).status, 'blocked_by_failures')
  const done = await pages.post('/ui/tasks/bulk', { ...asked, confirmed: 'yes', task: blocked.id })
  assert.match(done.words, /1 task changed/)
  assert.is((await (await pages.tasker.tasks.get(blocked.id)).view()).status, 'cancelled')
  const again = await pages.post('/ui/tasks/bulk', asked)
  assert.match(again.words, /0 tasks would change, 1 task would refuse/)
})

test('nothing is changed where nothing is chosen', async () => {
  const { pages } = await shared
  const { status, headers } = await pages.post('/ui/tasks/bulk', { operation: 'cancel', which: 'chosen' })
  assert.is(status, 303)
  assert.match(headers.get('set-cookie') ?? '', /No%20task%20is%20selected/)
})

test('what has nothing to show says what would be there', async () => {
  const pages = await openPages()
  await pages.projected()
  assert.match((await pages.get('/ui/tasks')).words, /No tasks yet/)
  assert.match((await pages.get('/ui/gates')).words, /Nothing waits for people/)
  assert.match((await pages.get('/ui/dead-letters')).words, /Nothing to look into/)
  assert.match((await pages.get('/ui/schedules')).words, /Nothing is scheduled/)
  assert.match((await pages.get('/ui/templates')).words, /No template is registered/)
  assert.match((await pages.get('/ui/planner')).words, /Nothing was planned yet/)
  assert.match((await pages.get('/ui/subscriptions')).words, /Nobody has subscribed/)
  assert.match((await pages.get('/ui/catalog')).words, /http_request/)
  assert.match((await pages.get('/ui/projections')).words, /task summaries/)
  assert.match((await pages.get('/ui/workers')).words, /Live sessions 1/)
  const nothing = await pages.get('/ui/nothing')
  assert.is(nothing.status, 404)
  assert.match(nothing.words, /There is nothing here/)
  await pages.close()
})

test.after(async () => (await shared).pages.close())

test.run()
