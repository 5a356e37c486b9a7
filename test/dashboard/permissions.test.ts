/** Every page there is, found by asking the app: whoever may not see or do something is refused, also of a new page. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { PERMISSIONS, type Permission } from '../../src/core/permission.js'
import type { Caller } from '../../src/http/caller.js'
import { broken, ok } from '../support/planned-tasker.js'
import { openPages, type Pages } from './pages.js'

const test = suite('who may see and do what on the pages')

/** Shows nothing of anybody, or only a reader's own choice. */
const OPEN = [
  'ALL /*',
  'ALL *',
  'GET /',
  'GET /assets/:digest/:name',
  'GET /live',
  'POST /theme',
  'GET /help',
  'POST /tasks/filters',
]

const world = async () => {
  const pages = await openPages({ handlers: [ok, broken], namespace: 'secret' })
  const { tasker } = pages
  const written = (name: string, callable: string, type: 'gate' | 'standard' = 'standard') => ({
    name,
    namespace_name: 'secret',
    version: '1.0.0',
    steps: [
      type === 'gate'
        ? { name: 'only', type, handler: { callable, initialization: { question: 'Shall we?' } } }
        : { name: 'only', handler: { callable } },
    ],
  })
  await tasker.templates.register(written('classified', 'ok'), { actor: 'ada' })
  const failing = await tasker.tasks.create(await tasker.template(written('failing', 'broken')), {})
  await failing.result()
  const by = { actor: 'ada' }
  await tasker.schedules.add(
    { name: 'moonrise', cron: '@yearly', template: { namespace: 'secret', name: 'classified' } },
    by,
  )
  await pages.projected()
  return { pages, task: failing.id }
}

const shared = world()

const filled = (path: string, task: string): string =>
  path
    .replace(':task', task)
    .replace(':id', task)
    .replace(':namespace', 'secret')
    .replace(':handler', 'http_request')
    .replace(/:\w+/g, 'classified')

/** The pages that ask for a permission. */
const asking = ({ routes }: Pages): ReadonlyArray<{ readonly method: string; readonly path: string }> =>
  routes.filter(({ method, path }) => !OPEN.includes(`${method} ${path}`) && method !== 'ALL')

/** What each changes must have been said so that nothing but the right is missing. */
const FORM = {
  operation: 'cancel',
  which: 'filter open=true',
  name: 'moonrise',
  turn: 'pause',
  step: 'only',
  repair: 'retry',
  vote: 'approve',
  fragment: '{}',
}

const send = async ({ pages, task }: Awaited<typeof shared>, caller: Partial<Caller>, method: string, path: string) => {
  const reading = pages.as(caller)
  const there = `/ui${filled(path, task)}`
  return method === 'GET' ? reading.get(there) : reading.post(there, FORM)
}

/** A page says where it is, which its reader knows. */
const withoutAddresses = (text: string): string => text.replaceAll(/\/ui\/[^"]*/g, '')

test('there are pages, and each asks for a permission: without any, whoever comes is refused', async () => {
  const found = await shared
  const routes = asking(found.pages)
  assert.ok(routes.length >= 20, `${routes.length} routes`)
  for (const { method, path } of routes) {
    const { status, text } = await send(found, { permissions: new Set() }, method, path)
    assert.is(status, 403, `${method} ${path}`)
    assert.not.match(withoutAddresses(text), /classified|failing|moonrise/, `${method} ${path}`)
  }
})

test('of another namespace nothing is shown, and nothing is changed', async () => {
  const found = await shared
  const { tasker } = found.pages
  // Whoever is kept to none sees none, and not all.
  for (const path of [
    '/tasks',
    '/gates',
    '/dead-letters',
    '/templates',
    '/schedules',
    '/workers',
    '/queues',
    '/planner',
  ]) {
    const { text } = await found.pages.as({ namespaces: new Set() }).get(`/ui${path}`)
    assert.not.match(withoutAddresses(text), /classified|failing|moonrise|secret/, path)
  }
  const caller = { namespaces: new Set(['default']) }
  const before = await tasker.log.position()
  for (const { method, path } of asking(found.pages)) {
    const { status, text } = await send(found, caller, method, path)
    const isOfOne = /:task|:id|:namespace/.test(path)
    if (isOfOne) assert.is(status, 404, `${method} ${path}`)
    assert.not.match(withoutAddresses(text), /failing|moonrise is paused/, `${method} ${path}`)
  }
  assert.is(await tasker.log.position(), before)
  assert.not.ok((await tasker.schedules.get('moonrise')).paused)
})

test('a filter that reaches further than its sender reaches no further', async () => {
  const { pages, task } = await shared
  const kept = pages.as({ namespaces: new Set(['default']) })
  for (const which of [
    'filter namespace=secret',
    'filter namespace=*',
    'filter namespace!=default',
    'filter id=*',
    'chosen',
  ]) {
    const form = { operation: 'cancel', which, task, confirmed: 'yes' }
    await kept.post('/ui/tasks/bulk', form)
  }
  const nowhere = pages.as({ namespaces: new Set() })
  await nowhere.post('/ui/tasks/bulk', { operation: 'cancel', which: 'chosen', task, confirmed: 'yes' })
  assert.is((await (await pages.tasker.tasks.get(task)).view()).status, 'blocked_by_failures')
})

test('a page opens to one permission alone: with all others whoever comes is refused', async () => {
  const found = await shared
  for (const { method, path } of asking(found.pages)) {
    const opening: Permission[] = []
    for (const permission of PERMISSIONS) {
      const others = new Set(PERMISSIONS.filter((one) => one !== permission))
      // Each is somebody of their own: nobody may ask as often as all of them together.
      const caller = { actor: `without ${permission}`, permissions: others }
      if ((await send(found, caller, method, path)).status === 403) opening.push(permission)
    }
    assert.is(opening.length, 1, `${method} ${path} opens to ${opening.join(', ')}`)
    const isChange = !opening[0]?.endsWith(':read')
    const isStart = path.endsWith('/start')
    assert.is(isChange, method === 'POST' || isStart, `${method} ${path} takes ${opening[0]}`)
  }
})

test('the last test closes what was opened', async () => {
  await (await shared).pages.close()
})

test.run()
