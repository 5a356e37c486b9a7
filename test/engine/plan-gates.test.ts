/** People at the gates of planning: who may do what, to which plan, and what goes on after it. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { JsonObject } from '../../src/core/json.js'
import { streamOf } from '../../src/engine/ids.js'
import { TaskRefused } from '../../src/engine/tasks.js'
import { fragmentOf, plannedFrame, plannedTasker, type Script } from '../support/planned-tasker.js'

const test = suite('gates of planning')

const refusal = async (asked: Promise<unknown>): Promise<string> => {
  try {
    await asked
  } catch (error) {
    if (error instanceof TaskRefused) return error.code
    throw error
  }
  return 'accepted'
}

const waits = { until: (view: { status: string }) => view.status === 'waiting_for_approval' }

const run = async (script: Script, plan: JsonObject, more: JsonObject = {}) => {
  const planned = await plannedTasker(script, { groups: { ops: ['ada', 'bob'] } })
  const written = JSON.parse(JSON.stringify(plannedFrame(plan)))
  Object.assign(written.steps[0], more)
  const task = await planned.tasker.tasks.create(await planned.tasker.template(written), {})
  return { ...planned, task }
}

test('a vote counts for the plan that came with it, and for no other that has taken its place meanwhile', async () => {
  const { tasker, task, log } = await run(() => fragmentOf([{ name: 'a' }]), { approve_plan: true })
  await task.result(waits)
  const [before] = await tasker.gates.list(task.id)
  await tasker.gates.editPlan(task.id, 'plan', fragmentOf([{ name: 'b' }]), { actor: 'ada' })
  const [after] = await tasker.gates.list(task.id)
  assert.is.not(before?.digest, after?.digest)
  // The vote of somebody who read the first plan, and whom the edit overtook.
  const fragment = fragmentOf([{ name: 'a' }])
  const [created] = await log.readStream(streamOf(task.id), 0)
  assert.ok(created)
  const vote = {
    type: 'vote-gate',
    step: 'plan',
    vote: 'approve',
    comment: null,
    groups: [],
    plan: { raw: JSON.stringify(fragment), fragment, vocabulary: tasker.vocabulary, digest: before?.digest ?? '' },
  } as const
  const ada = { kind: 'person', id: 'ada', authenticated: true } as const
  assert.is(await refusal(tasker.tasks.ask(task.id, vote, ada)), 'gate_changed')
  await tasker.gates.approve(task.id, 'plan', { actor: 'ada' })
  assert.equal(Object.keys((await task.result()).steps).sort(), ['finish', 'plan', 'plan/b'])
  await tasker.close()
})

test('a plan is changed by those who may approve it, and votes on the one before are void', async () => {
  const { tasker, task } = await run(() => fragmentOf([{ name: 'a' }]), {
    approve_plan: { groups: ['ops'], required: 2 },
  })
  await task.result(waits)
  const edited = fragmentOf([{ name: 'b' }])
  assert.is(await refusal(tasker.gates.editPlan(task.id, 'plan', edited, { actor: 'eve' })), 'not_in_group')
  const more = { actor: 'ada', bounds: { max_steps: 99 } }
  assert.is(await refusal(tasker.gates.approve(task.id, 'plan', more)), 'bounds_not_asked')
  await tasker.gates.approve(task.id, 'plan', { actor: 'ada' })
  await tasker.gates.editPlan(task.id, 'plan', edited, { actor: 'bob' })
  const [gate] = await tasker.gates.list(task.id)
  assert.equal(gate?.approvals, [])
  await tasker.gates.approve(task.id, 'plan', { actor: 'ada' })
  await tasker.gates.approve(task.id, 'plan', { actor: 'bob' })
  assert.is((await task.result()).status, 'complete')
  await tasker.close()
})

test('a planner without a good plan may propose as often again, once people have let it go on', async () => {
  const script: Script = ({ call }) => fragmentOf([{ name: 'a', handler: call < 4 ? 'unheard_of' : 'ok' }])
  const { tasker, task } = await run(script, { max_revisions: 1, on_exhausted: 'gate' })
  await task.result(waits)
  assert.is((await tasker.tasks.usage(task.id)).used.plannerCalls, 2)
  await tasker.gates.approve(task.id, 'plan', { actor: 'ada' })
  const result = await task.result()
  assert.equal([result.status, result.steps['plan/a']?.state], ['complete', 'complete'])
  await tasker.close()
})

test('a planning step that is reset is planned anew', async () => {
  const script: Script = ({ call }) => fragmentOf([{ name: 'a', handler: call < 3 ? 'unheard_of' : 'ok' }])
  const { tasker, task } = await run(script, { max_revisions: 1 })
  assert.is((await task.result()).steps.plan?.error?.code, 'plan_rejected')
  const why = await tasker.why.step(task.id, 'plan')
  assert.match(
    why.sentences.join('\n'),
    /2 of plan's proposals were rejected, the last for unknown_handler at steps\.0\.handler/,
  )
  await tasker.tasks.resetStep(task.id, 'plan', { actor: 'ada' })
  assert.is((await task.result({ until: ({ status }) => status === 'complete' })).status, 'complete')
  await tasker.close()
})

test('what people raise for a phase is raised where it was narrow, and nowhere made narrower', async () => {
  const script: Script = ({ call }) => fragmentOf([{ name: 'a', handler: call < 2 ? 'unheard_of' : 'ok' }])
  const own = { bounds: { max_planner_calls: 1, max_tokens: 1_000_000 } }
  const { tasker, task, events } = await run(script, { on_exhausted: 'gate' }, own)
  await task.result(waits)
  await tasker.gates.approve(task.id, 'plan', { actor: 'ada', bounds: { max_planner_calls: 3 } })
  assert.is((await task.result()).status, 'complete')
  const left = (await events(task.id)).flatMap((event) =>
    event.type === 'plan-requested' ? [event.data.boundsLeft.max_planner_calls] : [],
  )
  assert.equal(left, [1, 2])
  // The task has its six calls, as before.
  assert.is((await tasker.tasks.usage(task.id)).bounds.max_planner_calls, 6)
  await tasker.close()
})

test.run()
