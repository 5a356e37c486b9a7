import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { SESSION_RENEWAL_MS } from '../../src/core/limits.js'
import { TaskRefused } from '../../src/engine/tasks.js'
import { createMemoryLog } from '../../src/log/memory-log.js'
import { startTasker } from '../../src/main.js'
import { createMemoryQueue } from '../../src/queue/memory-queue.js'
import { createFakeClock } from '../support/fake-clock.js'
import { fragmentOf, ok, plannedFrame, plannedTasker, scriptedPlanner } from '../support/planned-tasker.js'

const test = suite('planning')

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

test('a fragment is asked for, recorded, judged, materialised and run', async () => {
  const { tasker, events } = await plannedTasker(() => fragmentOf([{ name: 'a' }, { name: 'b', dependencies: ['a'] }]))
  const task = await tasker.tasks.create(await tasker.template(plannedFrame()), {})
  const result = await task.result()
  assert.is(result.status, 'complete')
  assert.equal(Object.keys(result.steps).sort(), ['finish', 'plan', 'plan/a', 'plan/b'])
  assert.is(result.steps['plan/b']?.createdBy.step, 'plan')
  const types = (await events(task.id)).map((event) => event.type)
  const order = ['plan-requested', 'fragment-proposed', 'fragment-validated', 'steps-materialized', 'step-completed']
  const since = types.slice(types.indexOf('plan-requested'))
  assert.equal(since.filter((type) => order.includes(type)).slice(0, 5), order)
  await tasker.close()
})

test('a rejected proposal materialises nothing; its findings are what the revision is made of', async () => {
  const { tasker, events } = await plannedTasker(({ revisions }) =>
    revisions.length === 0 ? fragmentOf([{ name: 'a', handler: 'unheard_of' }]) : fragmentOf([{ name: 'a' }]),
  )
  const task = await tasker.tasks.create(await tasker.template(plannedFrame()), {})
  assert.is((await task.result()).status, 'complete')
  const verdicts = (await events(task.id)).flatMap((event) =>
    event.type === 'fragment-validated' ? [`${event.data.verdict}:${event.data.findings.map(({ code }) => code)}`] : [],
  )
  assert.equal(verdicts, ['rejected:unknown_handler', 'accepted:'])
  await tasker.close()
})

test('references to the input of the task are held to what the template says of it, in a nested plan too', async () => {
  const each = (items: string) => ({ name: 'each', handler: 'fan_out', config: { items, handler: 'ok' } })
  const { tasker, events } = await plannedTasker(({ step, revisions }) => {
    if (step === 'plan') return fragmentOf([{ name: 'inner', handler: 'plan', config: { goal: 'go on' } }])
    return fragmentOf([each(revisions.length === 0 ? '${task.context.city}' : '${task.context.years}')])
  })
  const properties = { city: { type: 'string' }, years: { type: 'array' } }
  const template = await tasker.template({
    ...Object(plannedFrame()),
    input_schema: { type: 'object', properties },
  })
  const task = await tasker.tasks.create(template, { city: 'Bern', years: [1955, 2005] })
  assert.is((await task.result()).status, 'complete')
  const findings = (await events(task.id)).flatMap((event) =>
    event.type === 'fragment-validated' ? event.data.findings.map(({ code, path }) => `${code} ${path}`) : [],
  )
  assert.equal(findings, ['contract_mismatch steps.0.config.items'])
  const [created] = await events(task.id)
  assert.equal(created?.type === 'task-created' && created.data.inputSchema?.properties, properties)
  await tasker.close()
})

test('an accepted plan waits for its approval, which judges it once more and carries it out', async () => {
  const { tasker, events } = await plannedTasker(() => fragmentOf([{ name: 'a' }]))
  const task = await tasker.tasks.create(await tasker.template(plannedFrame({ approve_plan: true })), {})
  const waiting = await task.result(waits)
  assert.equal(Object.keys(waiting.steps), ['plan'])
  const [gate] = await tasker.gates.list(task.id)
  assert.is(gate?.step, 'plan')
  assert.is(await refusal(tasker.gates.approve(task.id, 'plan', { actor: 'ada', digest: 'another' })), 'gate_changed')
  await tasker.gates.approve(task.id, 'plan', { actor: 'ada', ...(gate === undefined ? {} : { digest: gate.digest }) })
  const result = await task.result()
  assert.is(result.status, 'complete')
  assert.ok(result.steps['plan/a'])
  const verdicts = (await events(task.id)).filter((event) => event.type === 'fragment-validated')
  assert.is(verdicts.length, 2)
  await tasker.close()
})

test('while a plan waits its steps are promised to it; a rejection gives them back', async () => {
  const { tasker } = await plannedTasker(() => fragmentOf([{ name: 'a' }, { name: 'b' }]))
  const task = await tasker.tasks.create(await tasker.template(plannedFrame({ approve_plan: true })), {})
  await task.result(waits)
  const usage = async () => (await tasker.tasks.usage(task.id)).reserved.steps
  assert.is(await usage(), 2)
  await tasker.gates.reject(task.id, 'plan', { actor: 'ada', comment: 'not like this' })
  assert.is((await task.result()).status, 'blocked_by_failures')
  assert.is(await usage(), 0)
  await tasker.close()
})

test('a person may put another fragment in its place, which is judged like any other', async () => {
  const { tasker, events } = await plannedTasker(() => fragmentOf([{ name: 'a' }]))
  const task = await tasker.tasks.create(await tasker.template(plannedFrame({ approve_plan: true })), {})
  await task.result(waits)
  const edit = { actor: 'ada', reasoning: 'b is better' }
  await tasker.gates.editPlan(task.id, 'plan', fragmentOf([{ name: 'bad', handler: 'unheard_of' }]), edit)
  await tasker.gates.editPlan(task.id, 'plan', fragmentOf([{ name: 'b' }]), edit)
  await tasker.gates.approve(task.id, 'plan', { actor: 'bob' })
  const result = await task.result()
  assert.equal(Object.keys(result.steps).sort(), ['finish', 'plan', 'plan/b'])
  const proposers = (await events(task.id)).flatMap((event) =>
    event.type === 'fragment-proposed' ? [event.metadata.actor.kind] : [],
  )
  assert.equal(proposers, ['planner', 'person', 'person'])
  await tasker.close()
})

test('where the bounds allow no call, the template decides: fail, converge with what there is, or ask people for more', async () => {
  const run = async (on_exhausted: string) => {
    const planned = await plannedTasker(() => fragmentOf([{ name: 'a' }]))
    const template = await planned.tasker.template(plannedFrame({ on_exhausted }, { max_tokens: 5 }))
    return { ...planned, task: await planned.tasker.tasks.create(template, {}) }
  }
  const failed = await run('fail')
  assert.is((await failed.task.result()).steps.plan?.error?.code, 'bounds_exceeded')
  await failed.tasker.close()

  const converged = await run('converge')
  const result = await converged.task.result()
  assert.is(result.status, 'complete')
  assert.is(Reflect.get(Object(result.steps.plan?.result), 'converged'), true)
  await converged.tasker.close()

  const asked = await run('gate')
  await asked.task.result(waits)
  await asked.tasker.gates.approve(asked.task.id, 'plan', { actor: 'ada', bounds: { max_tokens: 1_000_000 } })
  assert.is((await asked.task.result()).status, 'complete')
  assert.ok((await asked.events(asked.task.id)).some((event) => event.type === 'bounds-raised'))
  await asked.tasker.close()
})

test('a phase that failed is planned anew from its boundary, with the failure as context, and not for ever', async () => {
  const prompts: string[] = []
  const { tasker } = await plannedTasker(({ step, prompt }) => {
    prompts.push(prompt)
    return fragmentOf([{ name: 'a', handler: step === 'plan~2' ? 'ok' : 'broken' }])
  })
  const task = await tasker.tasks.create(await tasker.template(plannedFrame({ max_replans: 1 })), {})
  const result = await task.result()
  assert.is(result.status, 'complete')
  assert.is(result.steps['plan/a']?.state, 'skipped')
  assert.is(result.steps['plan~2/a']?.state, 'complete')
  assert.match(prompts[1] ?? '', 'it is broken')
  await tasker.close()
})

test('when it has failed too often, people decide whether the task goes on without it', async () => {
  const { tasker } = await plannedTasker(() => fragmentOf([{ name: 'a', handler: 'broken' }]))
  const template = await tasker.template(plannedFrame({ max_replans: 1, on_exhausted: 'gate' }))
  const task = await tasker.tasks.create(template, {})
  const waiting = await task.result(waits)
  assert.ok(waiting.steps['plan~2/a'])
  await tasker.gates.approve(task.id, 'plan~gate', { actor: 'ada' })
  assert.is((await task.result()).status, 'complete')
  await tasker.close()
})

test('a process without a planner leaves a planning step to one that has one', async () => {
  const clock = createFakeClock()
  const log = createMemoryLog(clock)
  const queue = createMemoryQueue()
  const options = { databaseUrl: '', handlers: [ok], sweeps: false, clock }
  const without = await startTasker(options, log, queue)
  const task = await without.tasks.create(await without.template(plannedFrame()), {})
  assert.is((await task.view()).steps.plan?.state, 'enqueued')
  const planner = scriptedPlanner(() => fragmentOf([{ name: 'a' }]))
  const withOne = await startTasker({ ...options, planner }, log, queue)
  // Each learns of the other when it renews its lease.
  await clock.pass(SESSION_RENEWAL_MS)
  const result = await (await withOne.tasks.get(task.id)).result()
  assert.is(result.status, 'complete')
  assert.is(result.steps.plan?.attempts, 1)
  await without.close()
  await withOne.close()
})

test.run()
