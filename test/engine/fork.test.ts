import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { verifyTask } from '../../src/audit/verify-task.js'
import type { Outcome } from '../../src/core/outcome.js'
import { streamOf } from '../../src/engine/ids.js'
import { TaskRefused } from '../../src/engine/tasks.js'
import { fragmentOf, plannedFrame, plannedTasker } from '../support/planned-tasker.js'
import { startSmallEngine, templateWith } from '../support/small-engine.js'

const test = suite('a forked task')

/** More than stands in an event. */
const LARGE = 'x'.repeat(20_000)

const refusal = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  return error instanceof TaskRefused ? error.code : 'accepted'
}

test('goes on with the results of the old one, runs what comes after them anew, and leaves the old one alone', async () => {
  const ran: string[] = []
  const small = await startSmallEngine({
    run: ({ node }) => {
      ran.push(node.definition.name)
      return node.definition.name === 'a' ? LARGE : { run: ran.length }
    },
  })
  const old = await small.tasks.create(templateWith({ a: [], b: ['a'], c: ['b'] }), { for: 'you' })
  await old.result()
  const before = await small.log.readStream(streamOf(old.id), 0)
  const at = before.find((event) => event.type === 'step-completed')?.version ?? 0
  const fork = await small.tasks.fork(old.id, { at })
  const result = await fork.result()
  assert.is(result.status, 'complete')
  assert.equal(ran, ['a', 'b', 'c', 'b', 'c'])
  assert.is(result.steps.a?.result, LARGE)
  assert.equal(result.steps.c?.result, { run: 5 })
  assert.equal(await small.log.readStream(streamOf(old.id), 0), before)
  const [created] = await small.log.readStream(streamOf(fork.id), 0)
  assert.equal(JSON.parse(created?.data ?? '').forkedFrom, { task: old.id, version: at })
  assert.is((await verifyTask(small.log, streamOf(fork.id)))?.kind, 'intact')
  await small.stop()
})

test('takes a blocked task back to before it failed', async () => {
  let broken = true
  const small = await startSmallEngine({
    run: ({ node }): Outcome | null =>
      node.definition.name === 'b' && broken
        ? { kind: 'failed', error: { code: 'no', message: 'no' }, retryable: false }
        : null,
  })
  const old = await small.tasks.create(templateWith({ a: [], b: ['a'] }), {})
  assert.is((await old.result()).status, 'blocked_by_failures')
  broken = false
  const events = await small.log.readStream(streamOf(old.id), 0)
  const started = events.findLast((event) => event.type === 'step-started')
  const fork = await small.tasks.fork(old.id, { at: started?.version ?? 0 })
  const result = await fork.result()
  assert.is(result.status, 'complete')
  assert.is(result.steps.b?.attempts, 2)
  assert.is((await old.view()).status, 'blocked_by_failures')
  await small.stop()
})

test('has its own retries and timers', async () => {
  let failures = 0
  const small = await startSmallEngine({
    run: ({ node }) => {
      if (node.definition.name === 'a' && failures < 2) {
        failures += 1
        throw new Error('not yet')
      }
      return null
    },
  })
  const template = templateWith({ a: { retry: { maxAttempts: 3, backoff: 'linear', baseMs: 1, jitter: 0 } } })
  const old = await small.tasks.create(template, {})
  await old.result()
  const events = await small.log.readStream(streamOf(old.id), 0)
  const failed = events.find((event) => event.type === 'step-attempt-failed')
  const result = await (await small.tasks.fork(old.id, { at: failed?.version ?? 0 })).result()
  assert.is(result.status, 'complete')
  assert.is(result.steps.a?.attempts, 2)
  await small.stop()
})

test('of a task that is not there, or at no version of it, is refused', async () => {
  const small = await startSmallEngine({ run: () => null })
  const old = await small.tasks.create(templateWith({ a: [] }), {})
  await old.result()
  assert.is(await refusal(small.tasks.fork('01900000-0000-7000-8000-000000000000', { at: 1 })), 'task_unknown')
  assert.is(await refusal(small.tasks.fork(old.id, { at: 1 })), 'inside_decision')
  assert.is(await refusal(small.tasks.fork(old.id, { at: 99 })), 'version_unknown')
  assert.is(await refusal(small.tasks.fork(old.id, { at: 6 })), 'task_closed')
  await small.stop()
})

test('is planned anew where that is asked for, and keeps what came before the plan', async () => {
  let plans = 0
  const { tasker, events } = await plannedTasker(() => {
    plans += 1
    return fragmentOf([{ name: `plan_${plans}` }])
  })
  const old = await tasker.tasks.create(await tasker.template(plannedFrame()), {})
  await old.result()
  const end = (await events(old.id)).length
  assert.is(await refusal(tasker.tasks.fork(old.id, { at: 2, replan: true })), 'nothing_planned')
  const fork = await tasker.tasks.fork(old.id, { at: end, replan: true })
  const result = await fork.result()
  assert.is(result.status, 'complete')
  assert.equal(Object.keys(result.steps).sort(), ['finish', 'plan', 'plan/plan_2'])
  const [created] = await events(fork.id)
  const asked = (await events(old.id)).findIndex(({ type }) => type === 'plan-requested')
  assert.equal(created?.type === 'task-created' ? created.data.forkedFrom : undefined, { task: old.id, version: asked })
  // The old plan's call is no part of the fork, so it is not charged there either.
  assert.is((await tasker.tasks.usage(fork.id)).used.plannerCalls, 1)
  await tasker.close()
})

test.run()
