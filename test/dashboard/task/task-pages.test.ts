import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineHandler } from '../../../catalog/define-handler.js'
import { startCountryService } from '../../../scripts/demonstration/country-service.js'
import { demoFiles } from '../../../scripts/demonstration/demo-files.js'
import { dashboard } from '../../../src/dashboard/dashboard.js'
import { createApp } from '../../../src/http/app.js'
import type { Caller } from '../../../src/http/caller.js'
import { StepFailure } from '../../../src/main.js'
import { parseRecorded, recordedPlanner } from '../../../src/planner/recorded.js'
import { parseYaml } from '../../../src/templates/yaml-source.js'
import { CALLER, openPages } from '../pages.js'

const test = suite('the pages of a task')

const HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)>'

const echo = defineHandler({ name: 'echo', run: ({ inputs }) => ({ said: inputs.text ?? HOSTILE }) })
const fails = defineHandler({
  name: 'fails',
  run: () => {
    throw new StepFailure('broken', HOSTILE, { retryable: false })
  },
})

/** The demonstration's task as far as its gate, and one that is blocked by a failure full of markup. */
const world = async () => {
  const service = await startCountryService()
  const files = demoFiles(service.host)
  const [answers, source] = [parseRecorded(files.answers), parseYaml(files.template, 'life-expectancy.yaml')]
  if (E.isLeft(answers) || E.isLeft(source)) throw new Error('the demonstration cannot be read')
  const pages = await openPages({
    namespace: 'demo',
    handlers: [echo, fails],
    planner: recordedPlanner(answers.right),
    privateHosts: [service.host],
  })
  const { tasker } = pages
  const demo = await tasker.tasks.create(await tasker.template(source.right.value), files.input)
  await demo.result({ until: ({ status }) => status === 'waiting_for_approval' })
  const hostile = await tasker.template({
    name: 'hostile',
    namespace_name: 'demo',
    version: '1.0.0',
    steps: [
      { name: 'first', handler: { callable: 'echo' }, inputs: { text: '${task.context.text}' } },
      { name: 'second', handler: { callable: 'fails' }, dependencies: ['first'] },
      { name: 'third', handler: { callable: 'echo' }, dependencies: ['second'] },
    ],
  })
  const blocked = await tasker.tasks.create(hostile, { text: HOSTILE })
  await blocked.result()
  await pages.projected()
  return { pages, service, demo: demo.id, blocked: blocked.id }
}

const shared = world()

const PAGES = [
  '',
  '/timeline',
  '/steps',
  '/events',
  '/planning',
  '?at=3',
  '?step=second',
  '/timeline?at=9',
  '/steps?at=9',
]

test('a graph shows its steps as links with names for those who cannot see, and times and phases on them', async () => {
  const { pages, demo } = await shared
  const { status, text, words } = await pages.get(`/ui/tasks/${demo}`)
  assert.is(status, 200)
  assert.match(words, /Waiting for approval/)
  assert.match(words, /Steps settled 80 \/82/)
  assert.match(
    text,
    /<a id="card-plan\/read_records" class="card shape-standard is-complete hue-0" href="[^"]*step=plan%2Fread_records" aria-label="plan\/read_records, complete, [\d.]+ m?s, planned by plan">/,
  )
  assert.match(text, /class="card shape-many is-complete hue-1"/)
  assert.match(text, /aria-label="review, gate, waiting for approval/i)
  assert.match(words, /plan\/execute 70 steps · recorded/)
})

test('no page of a task has script or style in it, and whatever was said is shown as text', async () => {
  const { pages, blocked } = await shared
  for (const path of PAGES) {
    const { text, status } = await pages.get(`/ui/tasks/${blocked}${path}`)
    assert.is(status, 200, path)
    assert.not.match(text, /<script>|<img|\sstyle="|\son\w+="[^"]*"|<style/, path)
    for (const [, address = ''] of text.matchAll(/(?:href|src|action)="([^"]*)"/g)) assert.match(address, /^[/#?]/)
  }
  const { text } = await pages.get(`/ui/tasks/${blocked}?step=second`)
  assert.ok(text.includes('&lt;img src=x onerror=alert(2)&gt;'))
})

test('history is folded to any event: states, counts and the event are as they were then', async () => {
  const { pages, blocked } = await shared
  const first = await pages.get(`/ui/tasks/${blocked}?at=1`)
  assert.match(first.words, /1 \/\d+ task-created/)
  assert.match(first.words, /No steps yet/)
  const events = await pages.tasker.log.readStream(`task-${blocked}`, 0)
  const done = events.find(({ type }) => type === 'step-completed')
  assert.ok(done !== undefined)
  const then = await pages.get(`/ui/tasks/${blocked}?at=${done.version}`)
  assert.match(then.text, /id="card-first" class="card shape-standard is-complete/)
  assert.match(then.text, /id="card-third" class="card shape-standard is-pending/)
  assert.match(then.words, /Back to now/)
  const before = await pages.get(`/ui/tasks/${blocked}?at=${done.version - 1}`)
  assert.match(before.text, /id="card-first" class="card shape-standard is-in_progress/)
  assert.not.match(before.text, /data-follow=/)
  const now = await pages.get(`/ui/tasks/${blocked}`)
  assert.match(now.text, new RegExp(`data-follow="${blocked}"`))
  assert.match(now.text, /id="card-third" class="card shape-standard is-never_runs of-frame is-faint"/)
  assert.is((await pages.get(`/ui/tasks/${blocked}?at=9999`)).status, 404)
})

test('the slider is a form that works without script, with links to the events before and after', async () => {
  const { pages, blocked } = await shared
  const { text } = await pages.get(`/ui/tasks/${blocked}?at=5&step=first`)
  assert.match(text, /<form method="get" action="\/ui\/tasks\/[^"]*" class="history-form"/)
  assert.match(text, /<input type="hidden" name="step" value="first"\/>/)
  assert.match(text, /<input type="range" name="at" min="1" max="\d+" value="5"/)
  assert.match(text, /href="[^"]*at=4&amp;step=first" data-turn="\["/)
  assert.match(text, /href="[^"]*at=6&amp;step=first" data-turn="\]"/)
})

test('a step tells what it was given, what it gave, its attempts, why it does not run, and whence it comes', async () => {
  const { pages, demo, blocked } = await shared
  const planned = (await pages.get(`/ui/tasks/${demo}?step=plan/execute/hand_over`)).words
  assert.match(planned, /planned by plan\/execute/)
  assert.match(planned, /Where it comes from planned by plan\/execute \( its plans \) planned by plan/)
  assert.match(planned, /Configuration/)
  assert.match(planned, /1 attempt 1 Completed/)
  const third = (await pages.get(`/ui/tasks/${blocked}?step=third`)).words
  assert.match(third, /third will not run: second failed/)
  const nobody = await pages.get(`/ui/tasks/${blocked}?step=nobody`)
  assert.match(nobody.words, /The task has no step nobody/)
})

test('a large result is shown by its size, and can be fetched as a file', async () => {
  const { pages, demo } = await shared
  const { text } = await pages.get(`/ui/tasks/${demo}?step=plan/read_records`)
  const [, address = ''] = /href="([^"]*\/contents\/[^"]*)"/.exec(text) ?? []
  const file = await pages.get(address)
  assert.is(file.status, 200)
  assert.match(file.headers.get('content-disposition') ?? '', /^attachment/)
  assert.is(JSON.parse(file.text).status, 200)
  assert.is((await pages.get(`/ui/tasks/${demo}/contents/sha256:${'0'.repeat(64)}`)).status, 404)
})

test('events are listed by type and page, each with its proof, and the whole record is proven when asked for', async () => {
  const { pages, demo } = await shared
  const all = await pages.get(`/ui/tasks/${demo}/events`)
  assert.is((all.text.match(/<li id="event-/g) ?? []).length, 50)
  assert.match(all.text, /href="[^"]*after=50" rel="next"/)
  assert.match(all.text, /caused by <a href="#event-7">event 7<\/a>/)
  const validated = await pages.get(`/ui/tasks/${demo}/events?type=fragment-validated`)
  assert.is((validated.text.match(/<li id="event-/g) ?? []).length, 3)
  assert.is((validated.text.match(/aria-label="proven"/g) ?? []).length, 3)
  assert.not.match(validated.words, /not what was appended/)
  const proven = await pages.get(`/ui/tasks/${demo}/events?prove=yes`)
  assert.match(proven.words, /The whole record is what was appended: \d+ events/)
})

test('a timeline has a row a step, and one for instances together', async () => {
  const { pages, demo } = await shared
  const { text, words } = await pages.get(`/ui/tasks/${demo}/timeline`)
  assert.match(text, /id="row-plan\/read_records"/)
  assert.match(words, /plan\/execute\/ask_service × 62/)
  assert.match(text, /aria-label="plan\/execute\/ask_service: 62 instances, 62 attempts"/)
  assert.match(text, /class="time-bar time-waited"/)
})

test('steps are found by where they stand', async () => {
  const { pages, demo } = await shared
  const waiting = await pages.get(`/ui/tasks/${demo}/steps?standing=waiting_for_approval`)
  assert.is((waiting.text.match(/<tr role="row" id="line-/g) ?? []).length, 1)
  assert.match(waiting.words, /All 82/)
  assert.is(((await pages.get(`/ui/tasks/${demo}/steps`)).text.match(/<tr role="row" id="line-/g) ?? []).length, 82)
})

test('planning shows each call with its findings, its picture, what a revision changed, and today’s verdict', async () => {
  const { pages, demo } = await shared
  const { text, words } = await pages.get(`/ui/tasks/${demo}/planning?replay=yes`)
  assert.match(words, /Call 1 Rejected/)
  assert.match(words, /host_not_allowed at steps\.2\.config\.url/)
  assert.match(text, /class="card shape-standard hue-0 mark-bad"/)
  assert.match(text, /class="is-marked">\s*&quot;url&quot;/)
  assert.match(words, /\d+ changes to the proposal before/)
  assert.match(words, /Judged again by today's validation: the same, rejected/)
  assert.is((words.match(/the same, accepted/g) ?? []).length, 2)
  assert.match(words, /Bounds: what was left, reserved and spent/)
})

test('a person sets a step right, with a reason; without one nothing happens', async () => {
  const { pages, blocked } = await shared
  const path = `/ui/tasks/${blocked}/step`
  const none = await pages.post(path, { step: 'second', action: 'resolve', reason: '' })
  assert.match(none.headers.get('set-cookie') ?? '', /reason_missing/)
  assert.is((await (await pages.tasker.tasks.get(blocked)).view()).status, 'blocked_by_failures')
  const done = await pages.post(path, { step: 'second', action: 'resolve', reason: 'known to be harmless' })
  assert.is(done.status, 303)
  assert.is(done.headers.get('location'), `/ui/tasks/${blocked}?step=second`)
  const task = await pages.tasker.tasks.get(blocked)
  assert.is((await task.result()).status, 'complete')
  const refused = await pages.post(path, { step: 'first', action: 'skip', reason: 'again' })
  assert.match(refused.headers.get('set-cookie') ?? '', /^tasker_told=bad/)
})

test('a gate is approved where its task is shown, and the task goes on', async () => {
  const { pages, demo } = await shared
  const { text } = await pages.get(`/ui/tasks/${demo}`)
  const [, digest = ''] = /name="digest" value="([^"]*)"/.exec(text) ?? []
  const stale = await pages.post(`/ui/tasks/${demo}/vote`, { step: 'review', digest: 'sha256:0', vote: 'approve' })
  assert.match(stale.headers.get('set-cookie') ?? '', /gate_changed/)
  await pages.post(`/ui/tasks/${demo}/vote`, { step: 'review', digest, vote: 'approve', comment: 'go on' })
  const result = await (await pages.tasker.tasks.get(demo)).result()
  assert.is(result.status, 'complete')
  const after = await pages.get(`/ui/tasks/${demo}`)
  assert.match(after.words, /Result of report_by_region/)
  assert.not.match(after.text, /value="approve"/)
})

test('a fork goes on from a version, on a page of its own', async () => {
  const { pages, blocked } = await shared
  const forked = await pages.post(`/ui/tasks/${blocked}/hand`, { action: 'fork', at: '3' })
  assert.is(forked.status, 303)
  const address = forked.headers.get('location') ?? ''
  assert.is.not(address, `/ui/tasks/${blocked}`)
  await pages.projected()
  assert.match((await pages.get(address)).words, /Forked from/)
  assert.match((await pages.get(`/ui/tasks/${blocked}`)).words, /1 fork/)
  const bad = await pages.post(`/ui/tasks/${blocked}/hand`, { action: 'fork', at: 'x' })
  assert.is(bad.status, 422)
})

test('who may only read is offered nothing to do, and who may not see the namespace finds no task', async () => {
  const { pages, blocked } = await shared
  const as = (caller: Partial<Caller>) =>
    createApp(pages.parts, {
      mounts: [dashboard(pages.parts)],
      identify: async (context, next) => {
        context.set('caller', { ...CALLER, ...caller })
        await next()
      },
    })
  const reader = as({ permissions: new Set(['tasks:read', 'gates:read'] as const) })
  const page = await (await reader.request(`/ui/tasks/${blocked}?step=second`)).text()
  assert.match(page, /id="card-second"/)
  assert.not.match(page, /action="[^"]*\/(?:step|hand|vote)"/)
  const body = new URLSearchParams({ step: 'second', action: 'reset', reason: 'because' })
  assert.is((await reader.request(`/ui/tasks/${blocked}/step`, { method: 'POST', body })).status, 403)
  assert.is((await reader.request(`/ui/tasks/${blocked}/events`)).status, 403)
  const stranger = as({ namespaces: new Set(['elsewhere']) })
  for (const path of ['', '/timeline', '/steps', '/events', '/planning', '/contents/x']) {
    assert.is((await stranger.request(`/ui/tasks/${blocked}${path}`)).status, 404, path)
  }
})

test('what is no task is not there', async () => {
  const { pages } = await shared
  assert.is((await pages.get('/ui/tasks/nonsense')).status, 404)
  assert.is((await pages.get('/ui/tasks/01900000-0000-7000-8000-000000000000')).status, 404)
})

test.after(async () => {
  const { pages, service } = await shared
  await pages.close()
  await service.close()
})

test.run()
