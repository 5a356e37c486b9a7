import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fragmentOf, ok, plannedFrame, scriptedPlanner } from '../support/planned-tasker.js'
import { openPages } from './pages.js'

const test = suite('the pages of gates')

const HOSTILE = '"><script>alert(1)</script>'

const waiting = { until: ({ status }: { readonly status: string }) => status === 'waiting_for_approval' }

const gated = (name: string) => ({
  name,
  namespace_name: 'default',
  version: '1.0.0',
  steps: [
    {
      name: 'review',
      type: 'gate',
      dependencies: [],
      handler: {
        callable: 'catalog:gate',
        initialization: {
          question: `Shall it be? ${HOSTILE}`,
          context: { note: HOSTILE },
          groups: ['reviewers'],
          required: 2,
          timeout_seconds: 3600,
          on_timeout: 'reject',
        },
      },
    },
  ],
})

const withGate = async () => {
  const pages = await openPages({ handlers: [ok], groups: { reviewers: ['ada', 'ben'] } })
  const task = await pages.tasker.tasks.create(await pages.tasker.template(gated('gated')), {})
  await task.result(waiting)
  await pages.projected()
  return { pages, task }
}

test('the inbox shows what is asked, of whom, and until when; a gate is found behind it', async () => {
  const { pages, task } = await withGate()
  const { text, words } = await pages.get('/ui/gates')
  assert.match(words, /Shall it be\?/)
  assert.match(words, /reviewers/)
  assert.match(words, /0 of 2/)
  assert.match(words, /in 60 min then reject/)
  assert.ok(text.includes(`/ui/gates/${task.id}?step=review`))
  assert.not.match(text, /<script>alert/)
  const gate = await pages.get(`/ui/gates/${task.id}?step=review`)
  assert.match(gate.words, /Nobody has voted yet/)
  assert.not.match(gate.text, /<script>alert/)
  await pages.close()
})

test('a vote is recorded with its comment, in the name of whoever gave it, and counts for what was shown', async () => {
  const { pages, task } = await withGate()
  const path = `/ui/gates/${task.id}`
  const [gate] = await pages.tasker.gates.list(task.id)
  const vote = { step: 'review', vote: 'approve', comment: 'looked at it', digest: gate?.digest ?? '' }
  assert.is((await pages.post(`${path}/vote`, vote)).status, 303)
  const voted = await pages.get(`${path}?step=review`)
  assert.match(voted.words, /ada looked at it/)
  const again = await pages.post(`${path}/vote`, vote)
  assert.match(decodeURIComponent(again.headers.get('set-cookie') ?? ''), /already_voted/)
  const other = await pages.post(`${path}/vote`, { ...vote, digest: `sha256:${'0'.repeat(64)}` })
  assert.match(decodeURIComponent(other.headers.get('set-cookie') ?? ''), /gate_changed|already_voted/)
  await pages.tasker.gates.approve(task.id, 'review', { actor: 'ben' })
  assert.is((await task.result()).status, 'complete')
  await pages.projected()
  const closed = await pages.get('/ui/gates?closed=yes')
  assert.match(closed.words, /Approved ada, ben/)
  assert.is((await pages.get(`${path}?step=review`)).status, 409)
  await pages.close()
})

const planned = async () => {
  const pages = await openPages({
    handlers: [ok],
    planner: scriptedPlanner(() => fragmentOf([{ name: 'first' }, { name: 'second', dependencies: ['first'] }])),
  })
  const template = await pages.tasker.template(plannedFrame({ approve_plan: true }))
  const task = await pages.tasker.tasks.create(template, {})
  await task.result(waiting)
  await pages.projected()
  return { pages, task, path: `/ui/gates/${task.id}` }
}

test('a plan is shown as a picture, with its reasons, and is carried out when it is approved', async () => {
  const { pages, task, path } = await planned()
  const { text, words } = await pages.get(`${path}?step=plan`)
  assert.match(text, /<svg[^>]*aria-label="The plan of plan"/)
  for (const name of ['first', 'second', 'finish']) assert.match(text, new RegExp(`class="graph-name"[^>]*>${name}<`))
  assert.match(words, /because/)
  const [gate] = await pages.tasker.gates.list(task.id)
  await pages.post(`${path}/vote`, { step: 'plan', vote: 'approve', digest: gate?.digest ?? '' })
  const result = await task.result()
  assert.is(result.status, 'complete')
  assert.ok('plan/second' in result.steps)
  await pages.close()
})

test('an edited plan is judged: findings are shown and nothing of it exists; one that passes is asked about again', async () => {
  const { pages, task, path } = await planned()
  const edit = (fragment: string) => pages.post(`${path}/plan`, { step: 'plan', reasoning: 'shorter', fragment })
  await edit(JSON.stringify(fragmentOf([{ name: 'first', handler: 'unheard_of' }])))
  const refused = await pages.get(`${path}?step=plan`)
  assert.match(refused.words, /The edit of ada was refused/)
  assert.match(refused.words, /unknown_handler at steps\.0\.handler/)
  const noJson = await edit('{')
  assert.match(decodeURIComponent(noJson.headers.get('set-cookie') ?? ''), /the fragment is no JSON/)
  await edit(JSON.stringify(fragmentOf([{ name: 'only' }])))
  const accepted = await pages.get(`${path}?step=plan`)
  assert.match(accepted.words, /Proposed by ada/)
  assert.match(accepted.text, /class="graph-name"[^>]*>only</)
  const [gate] = await pages.tasker.gates.list(task.id)
  await pages.post(`${path}/vote`, { step: 'plan', vote: 'approve', digest: gate?.digest ?? '' })
  assert.equal(Object.keys((await task.result()).steps), ['plan', 'finish', 'plan/only'])
  await pages.close()
})

test('a planner that may not go on is allowed what it ran out of, right there; other bounds are behind a line', async () => {
  const chain = fragmentOf([{ name: 'first' }, { name: 'second', dependencies: ['first'] }])
  const pages = await openPages({ handlers: [ok], planner: scriptedPlanner(() => chain) })
  const frame = plannedFrame({ on_exhausted: 'gate', max_revisions: 0 }, { max_depth: 1 })
  const task = await pages.tasker.tasks.create(await pages.tasker.template(frame), {})
  await task.result(waiting)
  await pages.projected()
  const { text, words } = await pages.get(`/ui/gates/${task.id}?step=plan`)
  const [offered = '', folded = ''] = text.slice(text.indexOf('id="more-bounds"')).split('<details>')
  const namesIn = (part: string) => [...part.matchAll(/name="(m?a[a-z_]+)"/g)].map(([, name]) => name)
  assert.equal(namesIn(offered), ['max_depth'])
  assert.equal(namesIn(folded.slice(0, folded.indexOf('</details>'))), [
    ...['max_steps', 'max_phases', 'max_planner_calls', 'max_fan_out'],
    ...['allowed_handlers', 'allowed_hosts', 'allowed_secrets'],
  ])
  assert.match(words, /the task may use 1; what was refused takes 2/)
  assert.match(words, /found against the last proposal bounds_exceeded at steps/)
  assert.match((await pages.get(`/ui/tasks/${task.id}`)).words, /It may not go on\. Allow it more/)
  const [gate] = await pages.tasker.gates.list(task.id)
  const approve = { step: 'plan', vote: 'approve', digest: gate?.digest ?? '' }
  const wrong = await pages.post(`/ui/gates/${task.id}/vote`, { ...approve, max_depth: 'two' })
  assert.match(decodeURIComponent(wrong.headers.get('set-cookie') ?? ''), /max_depth is a number/)
  await pages.post(`/ui/gates/${task.id}/vote`, {
    ...approve,
    ...{ max_depth: '2', max_steps: '', allowed_hosts: 'a.example, b.example' },
  })
  assert.is((await task.result()).status, 'complete')
  const bounds = await pages.tasker.tasks.look(task.id, (state) => state.bounds)
  assert.equal([bounds.max_depth, bounds.max_steps, bounds.allowed_hosts], [2, 20, ['a.example', 'b.example']])
  await pages.close()
})

test.run()
