import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineHandler } from '../../catalog/define-handler.js'
import type { JsonObject } from '../../src/core/json.js'
import { createFakeClock } from '../support/fake-clock.js'
import { fragmentOf, ok, plannedFrame, plannedTasker, type Script } from '../support/planned-tasker.js'

const test = suite('the time of a phase in a running system')

/** A handler that never ends by itself; it notes how each attempt was stopped. */
const endless = () => {
  const stopped: string[] = []
  const handler = defineHandler({
    name: 'endless',
    run: ({ context }) =>
      new Promise<null>((resolve) => {
        context.signal.addEventListener('abort', () => {
          stopped.push(context.step.name)
          resolve(null)
        })
      }),
  })
  return { handler, stopped }
}

const HANDLERS = { allowed_handlers: ['ok', 'endless'] }

const slow = fragmentOf([{ name: 'quick' }, { name: 'slow', handler: 'endless' }])

const frame = (plan: JsonObject, bounds: JsonObject = HANDLERS) => {
  const written = JSON.parse(JSON.stringify(plannedFrame(plan, bounds)))
  written.steps[0].bounds = { max_wall_clock_seconds: 60 }
  return written
}

const start = async (script: Script, plan: JsonObject) => {
  const clock = createFakeClock()
  const { handler, stopped } = endless()
  const { tasker, events } = await plannedTasker(script, { clock, handlers: [ok, handler], sweeps: true })
  const task = await tasker.tasks.create(await tasker.template(frame(plan)), {})
  await clock.pass(1_000)
  return { clock, stopped, tasker, events, task, view: () => task.view() }
}

test('what runs when it is up is stopped, and the task says so', async () => {
  const { clock, stopped, tasker, view } = await start(() => slow, {})
  assert.is((await view()).status, 'running')
  await clock.pass(70_000)
  const { status, steps } = await view()
  assert.is(status, 'blocked_by_failures')
  assert.equal(
    ['plan', 'plan/quick', 'plan/slow'].map((name) => steps[name]?.state),
    ['complete', 'complete', 'cancelled'],
  )
  assert.equal(stopped, ['plan/slow'])
  await tasker.close()
})

test('a planner that does not answer in time is not waited for, and the convergence goes on without it', async () => {
  let asked = 0
  const planner = {
    provider: 'silent',
    plan: (_: unknown, signal: AbortSignal) => {
      asked += 1
      return new Promise<never>((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new Error('stopped'))),
      )
    },
  }
  const clock = createFakeClock()
  const { tasker } = await plannedTasker(() => slow, { clock, planner, sweeps: true })
  const task = await tasker.tasks.create(await tasker.template(frame({ on_exhausted: 'converge' }, {})), {})
  await clock.pass(70_000)
  const { status, steps } = await task.view()
  assert.equal([status, asked, steps.plan?.state], ['complete', 1, 'complete'])
  assert.is((await tasker.tasks.usage(task.id)).used.plannerCalls, 1)
  await tasker.close()
})

test('people give more, and the work that stood still is done', async () => {
  const clock = createFakeClock()
  const steps = [
    { name: 'hold', handler: 'wait', config: { signal: 'go' } },
    { name: 'after', dependencies: ['hold'] },
  ]
  const { tasker } = await plannedTasker(() => fragmentOf(steps), { clock, sweeps: true })
  const bounds = { allowed_handlers: ['ok', 'catalog:wait'] }
  const task = await tasker.tasks.create(await tasker.template(frame({ on_exhausted: 'gate' }, bounds)), {})
  await clock.pass(70_000)
  assert.equal(
    (await tasker.gates.list(task.id)).map(({ step }) => step),
    ['plan~time'],
  )
  // What was under way ends as usual; nothing follows from it while the phase stands still.
  await tasker.tasks.signal(task.id, 'go', null, { actor: 'ada' })
  await clock.pass(600_000)
  const standing = (await task.view()).steps
  assert.equal([standing['plan/hold']?.state, standing['plan/after']?.state], ['complete', 'pending'])
  const [gate] = await tasker.gates.list(task.id)
  assert.match(gate?.question ?? '', 'the time of plan is up (max_wall_clock_seconds 60), and 1 of its steps are open')
  await tasker.gates.approve(task.id, gate?.step ?? '', { actor: 'ada', bounds: { max_wall_clock_seconds: 120 } })
  await clock.pass(5_000)
  assert.is((await task.view()).status, 'complete')
  await tasker.close()
})

test('the planner is told how much is left of it, and when that of the task is up people are asked', async () => {
  const clock = createFakeClock()
  const told: unknown[] = []
  const script: Script = ({ step, prompt, facts }) => {
    told.push([step, facts.boundsLeft.max_wall_clock_seconds, /"max_wall_clock_seconds": ?(\d+)/.exec(prompt)?.[1]])
    const inner = { name: 'inner', handler: 'plan', config: { goal: 'go on' }, dependencies: ['hold'] }
    const hold = { name: 'hold', handler: 'wait', config: { seconds: 20 } }
    return fragmentOf(step === 'plan' ? [hold, inner] : [{ name: 'never', handler: 'wait', config: { signal: 'go' } }])
  }
  const { tasker, events } = await plannedTasker(script, { clock, sweeps: true })
  const bounds = { allowed_handlers: ['ok', 'catalog:wait', 'catalog:plan'], max_wall_clock_seconds: 60 }
  const template = await tasker.template(plannedFrame({ on_exhausted: 'gate' }, bounds))
  const task = await tasker.tasks.create(template, {})
  await clock.pass(22_000)
  assert.equal(told, [
    ['plan', 60, '60'],
    ['plan/inner', 40, '40'],
  ])
  await clock.pass(40_000)
  const [gate] = await tasker.gates.list(task.id)
  assert.match(
    gate?.question ?? '',
    'the time of the task is up (max_wall_clock_seconds 60), and 1 of the steps of plan',
  )
  await clock.pass(3_600_000)
  await tasker.gates.approve(task.id, gate?.step ?? '', { actor: 'ada' })
  await clock.pass(50_000)
  await tasker.tasks.signal(task.id, 'go', null, { actor: 'ada' })
  await clock.pass(2_000)
  assert.is((await task.view()).status, 'complete')
  const passed = (await events(task.id)).filter(({ type }) => type === 'deadline-passed')
  assert.is(passed.length, 1)
  await tasker.close()
})

test.run()
