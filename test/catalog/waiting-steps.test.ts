/** `wait` in a whole system: planned, without a worker meanwhile, until its time, its date or its signal has come. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { JsonObject } from '../../src/core/json.js'
import { createFakeClock } from '../support/fake-clock.js'
import { fragmentOf, plannedFrame, plannedTasker } from '../support/planned-tasker.js'

const test = suite('steps that wait')

const START = Date.UTC(2026, 0, 1)

/** One planned step that waits, and what reads its result. */
const waiting = async (config: JsonObject) => {
  const clock = createFakeClock(START)
  const steps = [{ name: 'w', handler: 'wait', config }]
  const { tasker } = await plannedTasker(() => fragmentOf(steps), { clock })
  const template = await tasker.template(plannedFrame({}, { allowed_handlers: ['ok', 'wait'] }))
  const task = await tasker.tasks.create(template, {})
  await task.result({ until: (task) => task.step('plan/w')?.state === 'in_progress' })
  return { clock, tasker, task, result: async () => (await task.view()).steps['plan/w'] }
}

test('some seconds from when the step was reached', async () => {
  const { clock, tasker, task, result } = await waiting({ seconds: 60 })
  await clock.pass(59_000)
  assert.is((await result())?.state, 'in_progress')
  await clock.pass(1_001)
  assert.equal((await task.result()).steps['plan/w']?.result, { waited: true })
  await tasker.close()
})

test('a date; one that has passed is not waited for', async () => {
  const { clock, tasker, task, result } = await waiting({ until: '2026-01-01T01:00:30+01:00' })
  await clock.pass(29_000)
  assert.is((await result())?.state, 'in_progress')
  await clock.pass(1_001)
  assert.equal((await task.result()).steps['plan/w']?.result, { waited: true })
  await tasker.close()
  const past = await waiting({ until: '2020-01-01T00:00:00Z' })
  await past.clock.pass(1)
  assert.is((await past.task.result()).status, 'complete')
  await past.tasker.close()
})

test('a signal, or the end of the patience for it', async () => {
  const by = { kind: 'person', id: 'ada', authenticated: false } as const
  const heard = await waiting({ signal: 'paid', timeout_seconds: 30 })
  await heard.tasker.tasks.ask(
    heard.task.id,
    { type: 'receive-signal', id: 's-1', name: 'paid', payload: { cents: 5 } },
    by,
  )
  assert.equal((await heard.task.result()).steps['plan/w']?.result, { signal: { cents: 5 }, timed_out: false })
  await heard.tasker.close()
  const unheard = await waiting({ signal: 'paid', timeout_seconds: 30 })
  await unheard.clock.pass(30_001)
  assert.equal((await unheard.task.result()).steps['plan/w']?.result, { signal: null, timed_out: true })
  await unheard.tasker.close()
})

test.run()
