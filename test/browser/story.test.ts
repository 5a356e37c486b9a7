/** What a person does with the dashboard, in a real browser: watching, approving, looking back, mending. */
import type { Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { HOSTILE, keepPicture, openHouse } from './house.js'

const test = suite('the dashboard in a browser')

const shared = openHouse()

/** As long as a test's machine may need for anything. */
const PATIENCE_MS = 45_000

const shown = async (page: Page, selector: string, text?: string): Promise<void> => {
  const found = text === undefined ? page.locator(selector) : page.locator(selector, { hasText: text })
  await found.first().waitFor({ state: 'visible', timeout: PATIENCE_MS })
}

/** What the page is about, by the shape and word beside its heading. */
const state = (page: Page, word: string): Promise<void> => shown(page, '.page-head .state', word)

test('the demonstration is watched from its creation to its report, and its gate is approved in the page', async () => {
  const house = await shared
  const page = await house.open('/ui/tasks')
  await shown(page, '.empty', 'No tasks yet')
  await keepPicture(page, 'tasks-empty')
  await shown(page, '#pulse[data-state="live"]')

  const template = await house.tasker.template(house.demo.template)
  const task = await house.tasker.tasks.create(template, house.demo.input)
  // The row comes by itself.
  await shown(page, `#task-${task.id}`)
  await page.locator(`#task-${task.id} a`).click()
  await state(page, 'Waiting for approval')
  await keepPicture(page, 'task-waits')

  await page.locator('.places a', { hasText: 'Gates' }).click()
  await page.locator('#gates .is-main a').first().click()
  await shown(page, 'h1', 'May the report stand without them?')
  await keepPicture(page, 'gate')
  await page.locator('textarea[name="comment"]').fill('Small islands; the report says so.')
  await page.locator('button', { hasText: 'Approve' }).click()
  await shown(page, '[role="status"]', 'You approved review')
  await shown(page, '.empty', 'Nothing waits for people')

  await page.goto(`${house.url}/ui/tasks/${task.id}`)
  await state(page, 'Complete')
  assert.match((await page.locator('main').textContent()) ?? '', /report_by_region/)
  assert.match((await page.locator('main').textContent()) ?? '', /Africa/)
  await keepPicture(page, 'task-complete')
  await page.context().close()
})

test('its history is scrubbed: the page shows the task as it was after any event', async () => {
  const house = await shared
  const page = await house.open('/ui/tasks')
  await page.locator('#tasks .is-main a').first().click()
  const slider = page.locator('#history input[type="range"]')
  await slider.waitFor({ state: 'visible', timeout: PATIENCE_MS })
  const head = Number(await slider.getAttribute('max'))
  assert.ok(head > 100, `${head} events`)
  await slider.focus()
  await page.keyboard.press('Home')
  await showMoment(page)
  await page.waitForURL(/at=1\b/, { timeout: PATIENCE_MS })
  await shown(page, '#history', 'task-created')
  await keepPicture(page, 'history-begins')
  await page.goto(`${page.url().replace(/at=\d+/, `at=${Math.round(head / 2)}`)}`)
  await shown(page, '#history.is-past')
  await keepPicture(page, 'history-half')
  await page.locator('a', { hasText: 'Back to now' }).click()
  await state(page, 'Complete')
  for (const tab of ['timeline', 'steps', 'events', 'planning']) {
    const path = new URL(page.url()).pathname.split('/').slice(0, 4).join('/')
    await page.goto(`${house.url}${path}/${tab}`)
    await shown(page, 'main .panel')
    await keepPicture(page, `task-${tab}`)
  }
  await page.context().close()
})

/** With script the slider moves the page by itself; without, a button does. */
const showMoment = async (page: Page): Promise<void> => {
  const button = page.locator('#history button[type="submit"]')
  if (await button.isVisible()) await button.click()
}

test('a dead letter is repaired, and what its error holds is only ever text', async () => {
  const house = await shared
  house.fragile.isBroken = true
  const template = await house.tasker.template({
    name: 'print_invoices',
    namespace_name: 'demo',
    version: '1.0.0',
    steps: [
      { name: 'print', handler: { callable: 'fragile' }, dependencies: [] },
      { name: 'post', handler: { callable: 'fragile' }, dependencies: ['print'] },
    ],
  })
  const task = await house.tasker.tasks.create(template, {})
  await task.result()
  const page = await house.open('/ui/dead-letters')
  await shown(page, '#dead-letters td', 'print_invoices')
  assert.match((await page.locator('#dead-letters').textContent()) ?? '', /paper is stuck <script>/)
  await keepPicture(page, 'dead-letters')
  await page.locator('#dead-letters .is-main a').first().click()
  await shown(page, '.why', 'print failed for good')
  await keepPicture(page, 'dead-letter')
  assert.ok((await page.locator('main').textContent())?.includes(HOSTILE))

  house.fragile.isBroken = false
  await page.locator('input[name="reason"]').first().fill('the paper was taken out')
  await page.locator('button', { hasText: 'Reset' }).click()
  await shown(page, '[role="status"]', 'You reset print')
  await shown(page, 'h1', 'No dead letter any more')
  assert.is((await task.result()).status, 'complete')
  assert.is(await page.evaluate('window.hacked'), undefined)
  await page.context().close()
})

test('a page that nobody sees keeps no connection, and shows what came meanwhile when it is seen again', async () => {
  const house = await shared
  house.fragile.isBroken = false
  const page = await house.open('/ui/tasks')
  await shown(page, '#pulse[data-state="live"]')
  const turn = (state: string): Promise<void> =>
    page.evaluate(
      `Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
       document.dispatchEvent(new Event('visibilitychange'))`,
    )
  await turn('hidden')
  await shown(page, '#pulse[data-state="still"]')
  const template = await house.tasker.template({
    name: 'meanwhile',
    namespace_name: 'demo',
    version: '1.0.0',
    steps: [{ name: 'only', handler: { callable: 'fragile' }, dependencies: [] }],
  })
  const task = await house.tasker.tasks.create(template, {})
  await task.result()
  const position = await house.tasker.log.position()
  await house.tasker.projections.waitFor('task_summaries', position, PATIENCE_MS)
  assert.is(await page.locator(`#task-${task.id}`).count(), 0)
  await turn('visible')
  await shown(page, `#task-${task.id} .state`, 'Complete')
  await page.context().close()
})

test('nothing on any page was complained about by the browser', async () => {
  const { complaints } = await shared
  assert.equal(complaints, [])
})

test.after(async () => (await shared).close())

test.run()
