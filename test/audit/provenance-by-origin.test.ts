/** Provenance of every way in which a step comes into being: whoever decided is the next link, up to the task. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineHandler } from '../../catalog/define-handler.js'
import type { Link, Provenance } from '../../src/audit/provenance.js'
import { provenanceText } from '../../src/audit/provenance-text.js'
import type { Json, JsonObject } from '../../src/core/json.js'
import { createFakeClock } from '../support/fake-clock.js'
import {
  broken,
  fragmentOf,
  ok,
  type Planned,
  plannedFrame,
  plannedTasker,
  type Script,
} from '../support/planned-tasker.js'

const test = suite('provenance by origin')

const split = defineHandler({
  name: 'split',
  run: () => ({
    type: 'create_batches',
    worker_template_name: 'work',
    worker_count: 2,
    cursor_configs: [0, 1].map((at) => ({ start_cursor: at * 10, end_cursor: at * 10 + 10 })),
    total_items: 20,
  }),
})

const choose = defineHandler({ name: 'choose', run: () => ({ type: 'create_steps', step_names: ['left'] }) })

const ALLOWED = ['ok', 'broken', 'split', 'choose', 'catalog:plan', 'catalog:gate', 'catalog:fan_out', 'catalog:wait']

const open = (script: Script): Promise<Planned> =>
  plannedTasker(script, { handlers: [ok, broken, split, choose], groups: { ops: ['ada'] } })

const create = async ({ tasker }: Planned, template: Json) =>
  tasker.tasks.create(await tasker.template(template), { city: 'Bern' })

const chain = ({ links }: Provenance) => links.map(({ step, decision }) => `${step}: ${decision.kind}`)

/** The event that decided, and the word for it that people read. */
const deciding = async ({ events }: Planned, task: string, link: Link | undefined) => {
  const record = await events(task)
  const event = record[(link?.created?.version ?? 0) - 1]
  if (event?.type !== 'steps-materialized') throw new Error(`${link?.step} was created by ${event?.type}`)
  assert.ok([...event.data.steps].some(({ name }) => name === link?.step))
  return record.find(({ id }) => id === event.data.decidedBy)?.type
}

const told = (provenance: Provenance): string =>
  // Paragraphs break where the line ends.
  provenanceText(provenance, { timeOf: () => 'then', full: false })
    .join(' ')
    .replace(/\s+/g, ' ')

const planning = (name: string, rest: JsonObject = {}): JsonObject => ({
  name,
  handler: 'plan',
  step_type: 'planning',
  config: { goal: name },
  ...rest,
})

const inFrame = (...names: ReadonlyArray<string>): Json => plannedFrame({}, { allowed_handlers: names })

test('a worker of a batch comes from the step that made the batches, in a fragment too', async () => {
  const script: Script = () =>
    fragmentOf([
      { name: 'parts', handler: 'split', step_type: 'batchable', batch_config: { worker_template: 'work' } },
      { name: 'work', step_type: 'batch_worker', dependencies: ['parts'] },
    ])
  const system = await open(script)
  const task = await create(system, inFrame(...ALLOWED))
  assert.is((await task.result()).status, 'complete')
  const found = await system.tasker.provenance(task.id, 'plan/work_002')
  assert.equal(chain(found), ['plan/work_002: batch', 'plan/parts: fragment', 'plan: template'])
  const item = { start_cursor: 10, end_cursor: 20 }
  assert.equal(found.links[0]?.decision, { kind: 'batch', by: 'plan/parts', instances: 2, item })
  assert.is(await deciding(system, task.id, found.links[0]), 'batches-planned')
  assert.match(told(found), /one of 2 workers of the batches of plan\/parts, for \{"start_cursor":10/)
  await system.tasker.close()
})

test('an instance of a fan-out in a nested fragment is traced over both plans', async () => {
  const each = { name: 'each', handler: 'fan_out', config: { items: ['x', 'y'], handler: 'ok', handler_config: {} } }
  const system = await open(({ step }) => fragmentOf(step === 'plan' ? [planning('deeper')] : [each]))
  const task = await create(system, inFrame(...ALLOWED))
  assert.is((await task.result()).status, 'complete')
  const found = await system.tasker.provenance(task.id, 'plan/deeper/each[0]')
  assert.equal(chain(found), [
    'plan/deeper/each[0]: fan-out',
    'plan/deeper/each: fragment',
    'plan/deeper: fragment',
    'plan: template',
  ])
  assert.equal(found.links[0]?.decision, { kind: 'fan-out', by: 'plan/deeper/each', instances: 2, item: 'x' })
  assert.is(await deciding(system, task.id, found.links[0]), 'fan-out-planned')
  // Each plan is told with its own calls, and with what its planner was left with.
  const calls = found.links.flatMap(({ decision }) => (decision.kind === 'fragment' ? [decision.calls] : []))
  assert.equal(
    calls.map((of) => of.map(({ step, goal, boundsLeft }) => [step, goal, boundsLeft.max_planner_calls])),
    [[['plan/deeper', 'deeper', 5]], [['plan', 'do it', 6]]],
  )
  await system.tasker.close()
})

test('what a decision creates comes from it, with the convergence below it', async () => {
  const system = await open(() => fragmentOf([]))
  const step = (name: string, type: string, handler: string, ...dependencies: ReadonlyArray<string>): JsonObject => ({
    ...{ name, type, handler: { callable: handler }, dependencies: [...dependencies] },
  })
  const task = await create(system, {
    name: 'deciding',
    namespace_name: 'default',
    version: '1.0.0',
    steps: [
      step('fork', 'decision', 'choose'),
      step('left', 'standard', 'ok', 'fork'),
      step('right', 'standard', 'ok', 'fork'),
      step('join', 'deferred_convergence', 'ok', 'left', 'right'),
    ],
  })
  assert.is((await task.result()).status, 'complete')
  for (const name of ['left', 'join']) {
    const found = await system.tasker.provenance(task.id, name)
    assert.equal(chain(found), [`${name}: decision`, 'fork: template'])
    assert.equal(found.links[0]?.decision, { kind: 'decision', by: 'fork', chose: ['left'] })
    assert.is(await deciding(system, task.id, found.links[0]), 'decision-made')
  }
  assert.equal(chain(await system.tasker.provenance(task.id, 'right')), ['right: withheld'])
  await system.tasker.close()
})

test('what undoes a step comes from that step, and says what it was that failed or ended the task', async () => {
  const system = await open(() => fragmentOf([]))
  const book = {
    name: 'book',
    handler: { callable: 'ok' },
    dependencies: [],
    on_failure: { callable: 'ok' },
  }
  const pay = { name: 'pay', handler: { callable: 'broken' }, dependencies: ['book'] }
  const task = await create(system, {
    name: 'saga',
    namespace_name: 'default',
    version: '1.0.0',
    lifecycle: { on_blocked: { error_after_seconds: 0 } },
    steps: [book, pay],
  })
  assert.is((await task.result()).status, 'error')
  const found = await system.tasker.provenance(task.id, 'book~compensation')
  assert.equal(chain(found), ['book~compensation: compensation', 'book: template'])
  assert.is(await deciding(system, task.id, found.links[0]), 'task-failed')
  assert.match(told(found), /it undoes book \(task-failed, version \d+\)/)
  await system.tasker.close()
})

test('a plan that a person edited says who, and what the planner had proposed', async () => {
  const system = await open(() => fragmentOf([{ name: 'a' }]))
  const task = await create(system, plannedFrame({ approve_plan: { groups: ['ops'] } }))
  await task.result({ until: ({ status }) => status === 'waiting_for_approval' })
  await system.tasker.gates.editPlan(task.id, 'plan', fragmentOf([{ name: 'b' }]), { actor: 'ada' })
  await system.tasker.gates.approve(task.id, 'plan', { actor: 'ada' })
  assert.is((await task.result()).status, 'complete')
  const found = await system.tasker.provenance(task.id, 'plan/b')
  assert.equal(chain(found), ['plan/b: fragment', 'plan: template'])
  const decision = found.links[0]?.decision
  if (decision?.kind !== 'fragment') throw new Error('it comes from no plan')
  assert.equal(
    decision.calls.map(({ by, proposedSteps, approvedBy }) => [by.kind, proposedSteps, approvedBy]),
    [
      ['planner', ['a'], []],
      ['person', ['b'], ['ada']],
    ],
  )
  assert.is(await deciding(system, task.id, found.links[0]), 'fragment-validated')
  assert.match(told(found), /plan, plan edited by ada \(not authenticated\): accepted/i)
  await system.tasker.close()
})

test('a phase that is planned again, and a gate in its place, say what failed before', async () => {
  const system = await open(() => fragmentOf([{ name: 'a', handler: 'broken' }]))
  const task = await create(system, plannedFrame({ max_replans: 2, on_exhausted: 'gate' }))
  await task.result({ until: ({ status }) => status === 'waiting_for_approval' })
  const found = await system.tasker.provenance(task.id, 'plan~3/a')
  assert.equal(chain(found), ['plan~3/a: fragment', 'plan~3: replan', 'plan~2: replan', 'plan: template'])
  for (const link of found.links.slice(1, 3)) {
    assert.is(await deciding(system, task.id, link), 'step-failed')
    assert.match(JSON.stringify(link.decision), /it is broken/)
  }
  const gate = await system.tasker.provenance(task.id, 'plan~gate')
  assert.equal(chain(gate), ['plan~gate: replan', 'plan~3: replan', 'plan~2: replan', 'plan: template'])
  assert.match(told(gate), /in place of what plan~3 had planned, after it failed \(step-failed, version \d+\)/)
  await system.tasker.close()
})

test('a phase whose time was up says so of the gate that it opened', async () => {
  const clock = createFakeClock()
  const system = await plannedTasker(() => fragmentOf([{ name: 'hold', handler: 'wait', config: { signal: 'go' } }]), {
    clock,
    sweeps: true,
  })
  const frame = JSON.parse(JSON.stringify(plannedFrame({ on_exhausted: 'gate' }, { allowed_handlers: ALLOWED })))
  frame.steps[0].bounds = { max_wall_clock_seconds: 60 }
  const task = await create(system, frame)
  await clock.pass(70_000)
  const found = await system.tasker.provenance(task.id, 'plan~time')
  assert.equal(chain(found), ['plan~time: replan', 'plan: template'])
  assert.is(await deciding(system, task.id, found.links[0]), 'phase-deadline-passed')
  assert.match(told(found), /asks whether plan gets more time \(phase-deadline-passed/)
  await system.tasker.close()
})

test('steps that a fork took over are traced in the fork itself, which says where they were copied from', async () => {
  const system = await open(({ step }) =>
    fragmentOf(step === 'plan' ? [{ name: 'a' }, planning('more')] : [{ name: 'b' }]),
  )
  const old = await create(system, inFrame(...ALLOWED))
  await old.result()
  const before = await system.tasker.provenance(old.id, 'plan/more/b')
  const record = await system.events(old.id)
  const at = record.findLastIndex(({ type }) => type === 'step-started')
  const fork = await system.tasker.tasks.fork(old.id, { at })
  assert.is((await fork.result()).status, 'complete')
  const found = await system.tasker.provenance(fork.id, 'plan/more/b')
  assert.equal(chain(found), chain(before))
  assert.equal(found.root.forkedFrom, { task: old.id, version: at })
  // Ids are the fork's own; what was asked and answered is as readable as in the old task.
  const copies = await system.events(fork.id)
  for (const [index, link] of found.links.entries()) {
    const [place, original] = [link.created, before.links[index]?.created]
    assert.is(copies[(place?.version ?? 0) - 1]?.id, place?.event)
    assert.is(copies[(place?.version ?? 0) - 1]?.metadata.copyOf, original?.event)
  }
  const calls = (of: Provenance) =>
    of.links.flatMap(({ decision }) =>
      decision.kind === 'fragment'
        ? decision.calls.map(({ prompt, answer, context }) => [prompt, answer, context])
        : [],
    )
  assert.equal(calls(found), calls(before))
  assert.match(told(found), new RegExp(`forked: from task ${old.id} at version ${at}`))
  await system.tasker.close()
})

test.run()
