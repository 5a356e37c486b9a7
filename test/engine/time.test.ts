import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Outcome } from '../../src/core/outcome.js'
import type { Lifecycle } from '../../src/core/template.js'
import type { TaskHandle } from '../../src/engine/tasks.js'
import { createFakeClock } from '../support/fake-clock.js'
import { type Run, startSmallEngine, templateWith } from '../support/small-engine.js'

const test = suite('time of a task')

const MINUTE = 60_000
const ADA = { kind: 'person', id: 'ada', authenticated: false } as const
const signalled: Run = (): Outcome => ({ kind: 'waiting', signal: 'go' })

const startEngine = async (run: Run) => {
  const clock = createFakeClock()
  const small = await startSmallEngine({ run, clock })
  small.leader.start()
  const statusOf = async (task: TaskHandle) => (await task.view()).status
  return { clock, small, statusOf }
}

const frame = (lifecycle: Lifecycle) => ({ ...templateWith({ a: [] }), lifecycle })

test('a task that is to run later runs then, also when nobody here remembers it', async () => {
  const { clock, small, statusOf } = await startEngine(() => null)
  const soon = await small.tasks.create(frame({}), {}, { runAt: new Date(clock.now() + 1_000) })
  const later = await small.tasks.create(frame({}), {}, { runAt: new Date(clock.now() + 60 * MINUTE) })
  await clock.pass(999)
  assert.equal([await statusOf(soon), await statusOf(later)], ['pending', 'pending'])
  await clock.pass(1)
  assert.equal([await statusOf(soon), await statusOf(later)], ['complete', 'pending'])
  // Too far away for a timer of this process: the leader finds it.
  await clock.pass(60 * MINUTE)
  assert.is(await statusOf(later), 'complete')
  const refused = await small.tasks.create(frame({}), {}, { runAt: new Date(Number.NaN) }).catch((error) => error.code)
  assert.is(refused, 'invalid_run_at')
  await small.leader.stop()
  await small.stop()
})

test('a task that waits for too long ends as its template says', async () => {
  const { clock, small, statusOf } = await startEngine(signalled)
  const action = { fails: true, deadLetter: false }
  const lifecycle = { staleness: { waitingForDependenciesMs: 2 * MINUTE }, onTimeout: { late: action, stale: action } }
  const task = await small.tasks.create(frame(lifecycle), {})
  await clock.pass(2 * MINUTE - 1)
  assert.is(await statusOf(task), 'running')
  await clock.pass(2_000)
  assert.is(await statusOf(task), 'error')
  assert.match((await task.view()).error?.message ?? '', 'max_waiting_for_dependencies_minutes')
  await small.leader.stop()
  await small.stop()
})

test('the time for which a task was paused does not count', async () => {
  const { clock, small, statusOf } = await startEngine(signalled)
  const task = await small.tasks.create(frame({ maxDurationMs: 2 * MINUTE }), {})
  await clock.pass(MINUTE)
  await small.tasks.ask(task.id, { type: 'pause-task', reason: null }, ADA)
  await clock.pass(60 * MINUTE)
  await small.tasks.ask(task.id, { type: 'resume-task', reason: null }, ADA)
  await clock.pass(MINUTE - 1)
  assert.is(await statusOf(task), 'running')
  await clock.pass(2_000)
  assert.is(await statusOf(task), 'error')
  await small.leader.stop()
  await small.stop()
})

test.run()
