import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineHandler } from '../../../catalog/define-handler.js'
import { openPages } from '../pages.js'

const test = suite('the pages of a wide task')

const INSTANCES = 2_500
const MOST_BYTES = 60_000

const items = defineHandler({ name: 'items', run: () => Array.from({ length: INSTANCES }, (_, id) => ({ id })) })
const work = defineHandler({ name: 'work', run: () => ({ ok: true }) })

const world = async () => {
  const pages = await openPages({ handlers: [items, work], concurrency: 200 })
  const template = await pages.tasker.template({
    name: 'wide',
    namespace_name: 'default',
    version: '1.0.0',
    steps: [
      { name: 'list', handler: { callable: 'items' } },
      {
        name: 'each',
        handler: {
          callable: 'catalog:fan_out',
          initialization: { items: '${steps.list.result}', handler: 'work', max_concurrency: 200 },
        },
        dependencies: ['list'],
      },
      { name: 'gather', type: 'deferred_convergence', handler: { callable: 'work' }, dependencies: ['each'] },
    ],
  })
  const task = await pages.tasker.tasks.create(template, {})
  await task.result()
  await pages.projected()
  return { pages, task: `/ui/tasks/${task.id}` }
}

const shared = world()

test('thousands of steps are drawn as three cards', async () => {
  const { pages, task } = await shared
  const { text, words } = await pages.get(task)
  assert.match(words, /2,503 steps, 3 cards/)
  assert.match(words, /2500 × work/)
  assert.match(text, /aria-label="each, fan-out or batch, complete, 2,500 complete/)
  assert.ok(text.length < MOST_BYTES, String(text.length))
})

test('its instances are opened a few at a time, and listed by pages', async () => {
  const { pages, task } = await shared
  const opened = await pages.get(`${task}?open=instances:each`)
  assert.is((opened.text.match(/id="card-each\[/g) ?? []).length, 48)
  assert.ok(opened.text.length < MOST_BYTES, String(opened.text.length))
  const listed = await pages.get(`${task}/steps`)
  assert.is((listed.text.match(/id="line-/g) ?? []).length, 100)
  const [, next = ''] = /href="([^"]*)" data-key="n"/.exec(listed.text) ?? []
  assert.match((await pages.get(next.replaceAll('&amp;', '&'))).text, /id="line-each\[98\]"/)
})

test('its timeline has a row for all instances, and its history is looked back to', async () => {
  const { pages, task } = await shared
  const timeline = await pages.get(`${task}/timeline`)
  assert.match(timeline.text, /each: 2,500 instances, 2,500 attempts/)
  assert.ok(timeline.text.length < MOST_BYTES, String(timeline.text.length))
  const past = await pages.get(`${task}?at=5000`)
  assert.match(past.words, /5000 \/\d+/)
  assert.match(past.words, /2,503 steps, 3 cards/)
  assert.not.match(past.text, /aria-label="each, fan-out or batch, complete, 2,500 complete/)
  const folded = await pages.get(`${task}/timeline?at=5000`)
  assert.match(folded.text, /aria-label="each: [\d,]+ instances/)
})

test.after(async () => (await shared).pages.close())

test.run()
