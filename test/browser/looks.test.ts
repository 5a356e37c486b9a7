/** How the dashboard looks and is handled: light and dark, on a phone, by keyboard, and without script. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { definePlanner } from '../../src/planner/define-planner.js'
import { keepPicture, openHouse } from './house.js'
import { overflow, unheard } from './page-faults.js'

const test = suite('how the dashboard looks and is handled')

const PATIENCE_MS = 45_000

const TEMPLATE = {
  name: 'order_fulfillment',
  namespace_name: 'demo',
  version: '1.0.0',
  description: 'Takes an order from the card to the parcel.',
  input_schema: {
    type: 'object',
    required: ['order'],
    properties: { order: { type: 'string', description: 'Its number.' }, express: { type: 'boolean' } },
  },
  steps: [
    { name: 'pack', handler: { callable: 'fragile' }, dependencies: [] },
    {
      name: 'check',
      type: 'gate',
      handler: {
        callable: 'catalog:gate',
        initialization: { question: 'May it be shipped?', groups: ['shipping'], required: 1, timeout_seconds: 3600 },
      },
      dependencies: ['pack'],
    },
  ],
}

const PLANNED = {
  name: 'campaign',
  namespace_name: 'demo',
  version: '1.0.0',
  bounds: {
    max_steps: 20,
    max_depth: 5,
    max_fan_out: 10,
    max_phases: 2,
    max_planner_calls: 4,
    allowed_handlers: ['fragile', 'catalog:plan', 'catalog:aggregate'],
  },
  steps: [
    {
      name: 'plan',
      type: 'planning',
      handler: {
        callable: 'catalog:plan',
        initialization: { goal: 'Tell the customers about the new prices.', approve_plan: true },
      },
      dependencies: [],
    },
    { name: 'report', type: 'deferred_convergence', handler: { callable: 'fragile' }, dependencies: ['plan'] },
  ],
}

const printed = (name: string, ...dependencies: ReadonlyArray<string>) => ({ name, handler: 'fragile', dependencies })

const planner = definePlanner({
  name: 'house rules',
  costUsd: 0.03,
  plan: ({ revision }) => ({
    fragment_version: '1.0',
    planning_context: {
      goal: 'Tell the customers about the new prices.',
      reasoning:
        'Letters are printed in three batches, which may run at a time; the addresses have to be sorted before.',
    },
    steps: [
      printed('sort_addresses'),
      { ...printed('print_north', 'sort_addresses'), handler: revision === 0 ? 'print_on_mars' : 'fragile' },
      printed('print_south', 'sort_addresses'),
      printed('print_west', 'sort_addresses'),
      printed('hand_over', 'print_north', 'print_south', 'print_west'),
    ],
    convergence: 'report',
  }),
})

const world = async () => {
  const house = await openHouse(planner)
  const registered = await house.tasker.templates.register(TEMPLATE, { actor: 'ada' })
  await house.tasker.templates.register({ ...TEMPLATE, version: '1.1.0', description: 'Faster.' }, { actor: 'ada' })
  house.fragile.isBroken = false
  const waits = await house.tasker.tasks.create(registered.template, { order: 'A-1' })
  await waits.result({ until: ({ status }) => status === 'waiting_for_approval' })
  house.fragile.isBroken = true
  const blocked = await house.tasker.tasks.create(registered.template, { order: 'A-2' })
  await blocked.result()
  await house.tasker.schedules.add(
    {
      name: 'nightly',
      cron: '0 3 * * *',
      template: { name: 'order_fulfillment', namespace: 'demo' },
      input: { order: 'n' },
    },
    { actor: 'ada' },
  )
  const planned = await house.tasker.tasks.create(await house.tasker.template(PLANNED), {})
  await planned.result({ until: ({ status }) => status === 'waiting_for_approval' })
  const position = await house.tasker.log.position()
  for (const name of ['task_summaries', 'gates', 'dead_letters', 'planning_decisions']) {
    await house.tasker.projections.waitFor(name, position, PATIENCE_MS)
  }
  return { house, waits, blocked, planned }
}

const shared = world()

const PLACES = [
  '/ui/tasks',
  '/ui/gates',
  '/ui/dead-letters',
  '/ui/schedules',
  '/ui/planner',
  '/ui/templates',
  '/ui/templates/demo/order_fulfillment?version=1.1.0&before=1.0.0',
  '/ui/templates/demo/order_fulfillment/start',
  '/ui/catalog',
  '/ui/catalog/catalog:http_request',
  '/ui/workers',
  '/ui/queues',
  '/ui/subscriptions',
  '/ui/projections',
]

const nameOf = (path: string): string =>
  path
    .replace(/^\/ui\//, '')
    .replace(/\?.*picture$/, '-plan')
    .replace(/\?.*$/, '')
    .replace(/\/[0-9a-f-]{36}/, '-one')
    .replace(/[^a-z]+/g, '-')

const allPlaces = async (): Promise<ReadonlyArray<string>> => {
  const { waits, blocked, planned } = await shared
  return [
    ...PLACES,
    `/ui/gates/${waits.id}?step=check`,
    `/ui/gates/${planned.id}?step=plan&picture`,
    `/ui/dead-letters/${blocked.id}`,
    `/ui/tasks/${waits.id}`,
    `/ui/tasks/${waits.id}/timeline`,
    `/ui/tasks/${blocked.id}/steps`,
    `/ui/tasks/${blocked.id}/events`,
  ]
}

const everyPage = async (
  kind: string,
  options: { readonly colorScheme?: 'light' | 'dark'; readonly width: number; readonly height: number },
): Promise<void> => {
  const { house } = await shared
  const { width, height, colorScheme = 'light' } = options
  const page = await house.open('/ui/tasks', { viewport: { width, height }, colorScheme })
  for (const path of await allPlaces()) {
    await page.goto(`${house.url}${path}`)
    await page.locator('h1').waitFor({ state: 'visible', timeout: PATIENCE_MS })
    await keepPicture(page, `${kind}-${nameOf(path)}`)
    assert.is(await overflow(page), 0, `${path} is wider than a window of ${width}`)
    // What is heard does not depend on the light, and on a phone there is no more of it.
    if (kind === 'desk') assert.equal(await unheard(page), [], `on ${path}`)
  }
  await page.context().close()
}

test('every page fits a desk, a phone, and the dark; what is acted on has a name, and is come to by key', async () => {
  await everyPage('desk', { width: 1360, height: 900 })
  await everyPage('phone', { width: 390, height: 844 })
  await everyPage('dark', { width: 1360, height: 900, colorScheme: 'dark' })
})

test('a plan is edited in the page: what is found is shown, and the plan that waits is still there', async () => {
  const { house, planned } = await shared
  const page = await house.open(`/ui/gates/${planned.id}?step=plan`)
  const fragment = page.locator('textarea[name="fragment"]')
  const written = JSON.parse(await fragment.inputValue())
  await fragment.fill(JSON.stringify({ ...written, convergence: 'nowhere' }, null, 2))
  await page.locator('button', { hasText: 'Propose this instead' }).click()
  await page.locator('.findings code', { hasText: 'unknown_convergence' }).waitFor({ timeout: PATIENCE_MS })
  await keepPicture(page, 'plan-refused', true)
  assert.is(await page.locator('.picture .graph-name', { hasText: 'hand_over' }).count(), 1)
  await page.context().close()
})

test('many tasks are chosen, and what would become of each is shown before', async () => {
  const { house } = await shared
  const page = await house.open('/ui/tasks')
  await page.locator('input[data-select-all="task"]').check()
  await page.locator('select[name="operation"]').selectOption('pause')
  await page.locator('input[name="reason"]').fill('the printer is moved')
  await page.locator('button', { hasText: 'Preview for the selected' }).click()
  await page.locator('h1', { hasText: 'Pause: preview' }).waitFor({ timeout: PATIENCE_MS })
  await keepPicture(page, 'bulk-preview')
  await page.locator('a', { hasText: 'Leave it' }).click()
  await page.waitForURL('**/ui/tasks', { timeout: PATIENCE_MS })
  await page.context().close()
})

test('the light is chosen by hand, and stays chosen', async () => {
  const { house } = await shared
  const page = await house.open('/ui/tasks', { colorScheme: 'light' })
  const ground = (): Promise<string> => page.evaluate('getComputedStyle(document.documentElement).backgroundColor')
  const light = await ground()
  await page.locator('button[name="theme"][value="dark"]').click()
  await page.locator('html[data-theme="dark"]').waitFor({ timeout: PATIENCE_MS })
  assert.is.not(await ground(), light)
  await page.goto(`${house.url}/ui/catalog`)
  assert.is(await page.locator('html').getAttribute('data-theme'), 'dark')
  await page.context().close()
})

test('a phone’s menu holds the places, and leads to them', async () => {
  const { house } = await shared
  const page = await house.open('/ui/tasks', { viewport: { width: 390, height: 844 } })
  assert.not(await page.locator('.places').isVisible())
  await page.locator('.menu-button').click()
  await page.locator('.places').waitFor({ state: 'visible' })
  await keepPicture(page, 'phone-menu')
  await page.locator('.places a', { hasText: 'Gates' }).click()
  await page.waitForURL('**/ui/gates')
  await page.context().close()
})

test('the keyboard reaches everything: places, rows, the search, help, and the content first', async () => {
  const { house } = await shared
  const page = await house.open('/ui/tasks')
  await page.keyboard.press('Tab')
  assert.is(await page.evaluate('document.activeElement.textContent.trim()'), 'Skip to content')
  await page.keyboard.press('?')
  await page.locator('dialog#help[open]').waitFor({ timeout: PATIENCE_MS })
  await keepPicture(page, 'help')
  await page.keyboard.press('Escape')
  await page.locator('dialog#help[open]').waitFor({ state: 'detached', timeout: PATIENCE_MS })
  await page.keyboard.press('/')
  assert.is(await page.evaluate('document.activeElement.name'), 'q')
  await page.keyboard.press('Escape')
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  assert.is(await page.locator('tr.at').count(), 1)
  await page.keyboard.press('x')
  assert.ok(await page.locator('tr.at input[type="checkbox"]').isChecked())
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/ui\/tasks\/[0-9a-f-]{36}/, { timeout: PATIENCE_MS })
  await page.keyboard.press('g')
  await page.keyboard.press('d')
  await page.waitForURL('**/ui/dead-letters', { timeout: PATIENCE_MS })
  await page.context().close()
})

test('every page is read without script, and its links lead on', async () => {
  const { house } = await shared
  const page = await house.open('/ui/tasks', { javaScriptEnabled: false })
  for (const path of await allPlaces()) {
    const answer = await page.goto(`${house.url}${path}`)
    assert.is(answer?.status(), 200, path)
    assert.ok(await page.locator('h1').isVisible(), path)
    assert.ok(((await page.locator('main').textContent()) ?? '').length > 40, path)
  }
  await page.context().close()
})

test('pages are read and forms are sent without script', async () => {
  const { house } = await shared
  const page = await house.open('/ui/tasks?status=blocked_by_failures', { javaScriptEnabled: false })
  assert.is(await page.locator('#tasks tbody tr').count(), 1)
  await page.locator('button[name="theme"][value="dark"]').click()
  assert.is(await page.locator('html').getAttribute('data-theme'), 'dark')
  assert.match(page.url(), /status=blocked_by_failures$/)
  await page.goto(`${house.url}/ui/templates/demo/order_fulfillment/start`)
  await page.locator('input[name="input.order"]').fill('B-7')
  await page.locator('button', { hasText: 'Start' }).last().click()
  await page.waitForURL(/\/ui\/tasks\/[0-9a-f-]{36}$/, { timeout: PATIENCE_MS })
  await page.context().close()
})

test('Bull Board shows the queues, and may change nothing', async () => {
  const { house } = await shared
  const page = await house.open('/ui/queues')
  await page.locator('a', { hasText: 'Bull Board' }).click()
  await page.locator('a', { hasText: 'catalog' }).first().waitFor({ state: 'visible', timeout: PATIENCE_MS })
  await keepPicture(page, 'bull-board')
  const answer = await fetch(`${house.url}/ui/queues/board/api/queues/catalog/pause`, { method: 'PUT' })
  assert.is(Math.floor(answer.status / 100), 4)
  await page.context().close()
})

test('nothing on any page was complained about by the browser', async () => {
  const { house } = await shared
  assert.equal(house.complaints, [])
})

test.after(async () => (await shared).house.close())

test.run()
