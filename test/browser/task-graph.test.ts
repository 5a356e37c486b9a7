/** What a person does with a task's graph in a real browser: looks at steps, opens groups, zooms, drags, goes back in time. */
import type { Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { keepPicture, openHouse } from './house.js'

const test = suite('the graph of a task in a browser')

const world = async () => {
  const house = await openHouse()
  const task = await house.tasker.tasks.create(await house.tasker.template(house.demo.template), house.demo.input)
  await task.result({ until: ({ status }) => status === 'waiting_for_approval' })
  return { house, task, path: `/ui/tasks/${task.id}` }
}

const shared = world()

const heading = (page: Page, text: string): Promise<void> =>
  page.locator('#step h2', { hasText: text }).waitFor({ state: 'visible' })

test('a press on a step shows it beside the graph, and going back shows what was there before', async () => {
  const { house, path } = await shared
  const page = await house.open(path)
  await page.evaluate('window.sameDocument = true')
  await page.locator('[id="card-plan/check_shape"]').click()
  await heading(page, 'plan/check_shape')
  assert.match(page.url(), /step=plan%2Fcheck_shape/)
  await page.locator('[id="card-plan/check_shape"].is-shown').waitFor({ state: 'visible' })
  await page.locator('#step a', { hasText: 'plan/count_shapes' }).click()
  await heading(page, 'plan/count_shapes')
  await page.goBack()
  await heading(page, 'plan/check_shape')
  await page.goBack()
  await heading(page, 'Task')
  assert.is(await page.evaluate('window.sameDocument'), true)
  await page.context().close()
})

test('instances are opened in the graph and closed again', async () => {
  const { house, path } = await shared
  const page = await house.open(path)
  await page.locator('[id="card-instances:plan/execute/ask_service"]').click()
  await page.locator('[id="card-plan/execute/ask_service[0]"]').click()
  await heading(page, 'plan/execute/ask_service[0]')
  await keepPicture(page, 'task-instances', true)
  await page.locator('[id="card-instances:plan/execute/ask_service"] > a:not(.inner) .card-name').click()
  await page.locator('[id="card-plan/execute/ask_service[0]"]').waitFor({ state: 'detached' })
  await page.context().close()
})

const widthOf = async (page: Page): Promise<number> => (await page.locator('svg.graph').boundingBox())?.width ?? 0

test('the graph is zoomed by buttons and keys, and dragged', async () => {
  const { house, path } = await shared
  const page = await house.open(path)
  const before = await widthOf(page)
  await page.locator('[data-zoom="in"]').click()
  const larger = await widthOf(page)
  assert.ok(larger > before * 1.2, `${before} to ${larger}`)
  await page.keyboard.press('-')
  assert.ok(Math.abs((await widthOf(page)) - before) < 2)
  await page.keyboard.press('0')
  const whole = await page.locator('svg.graph').boundingBox()
  const room = await page.locator('#graph-scroll').boundingBox()
  assert.ok(whole !== null && room !== null && whole.height <= room.height + 1)
  for (let at = 0; at < 6; at += 1) await page.keyboard.press('+')
  const scrolled = (): Promise<unknown> => page.locator('#graph-scroll').evaluate((element) => element.scrollTop)
  const top = Number(await scrolled())
  const [x, y] = [room.x + room.width / 2, room.y + 60]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x, y + 80, { steps: 4 })
  await page.mouse.up()
  assert.is(Number(await scrolled()), top - 80)
  await heading(page, 'Task')
  await page.context().close()
})

test('the slider is moved by keys; a task that goes on takes those along who follow it', async () => {
  const { house, task, path } = await shared
  const page = await house.open(path)
  const slider = page.locator('#history input[type="range"]')
  const head = await slider.inputValue()
  await page.keyboard.press('[')
  await page.waitForURL(new RegExp(`at=${Number(head) - 1}\\b`))
  assert.is(await slider.inputValue(), String(Number(head) - 1))
  await page.locator('#history.is-past').waitFor({ state: 'visible' })
  assert.is(await page.locator('#pulse').textContent(), 'Looking back')
  await page.locator('#history a', { hasText: 'Back to now' }).click()
  await page.locator('#pulse[data-state="live"]').waitFor({ state: 'visible' })
  await page.locator('#gates button', { hasText: 'Approve' }).click()
  await task.result()
  await page.locator('.page-head .state[data-state="complete"]').waitFor({ state: 'visible' })
  await page.locator('[id="card-report_by_region"].is-complete').waitFor({ state: 'visible' })
  assert.is(await slider.inputValue(), await slider.getAttribute('max'))
  assert.ok(Number(await slider.inputValue()) > Number(head))
  await page.context().close()
})

test('a phone shows all of it without a page that is wider than itself', async () => {
  const { house, path } = await shared
  const page = await house.open(path, { viewport: { width: 390, height: 844 }, colorScheme: 'dark' })
  for (const tab of ['', '/timeline', '/steps', '/events', '/planning']) {
    await page.goto(`${house.url}${path}${tab}`)
    assert.is(await page.evaluate('document.documentElement.scrollWidth'), 390, tab)
    await keepPicture(page, `phone-task${tab.replace('/', '-')}`, true)
  }
  await page.context().close()
})

test('nothing was complained about by the browser', async () => {
  assert.equal((await shared).house.complaints, [])
})

test.after(async () => (await shared).house.close())

test.run()
