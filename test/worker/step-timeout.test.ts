import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineHandler } from '../../catalog/define-handler.js'
import { plannedTasker } from '../support/planned-tasker.js'

const test = suite('the time of an attempt')

const neverPlans = () => ({})

test('an attempt that takes longer than its step allows fails, is told so, and another one is made', async () => {
  const told: unknown[] = []
  const slow = defineHandler({
    name: 'slow',
    run: ({ context }) => {
      context.signal.addEventListener('abort', () => told.push(context.signal.reason))
      // The second one does not listen, and is ended all the same.
      return context.step.attempt < 3 ? new Promise<never>(() => undefined) : { attempt: context.step.attempt }
    },
  })
  const { tasker, events } = await plannedTasker(neverPlans, { handlers: [slow] })
  const template = await tasker.template({
    name: 'slow',
    steps: [
      {
        name: 'slow',
        timeout_seconds: 0.05,
        retry: { max_attempts: 3, backoff: 'none' },
        handler: { callable: 'slow' },
      },
    ],
  })
  const task = await tasker.tasks.create(template, {})
  const result = await task.result()
  assert.is(result.status, 'complete')
  assert.equal(result.steps.slow?.result, { attempt: 3 })
  const failures = (await events(task.id)).flatMap((event) =>
    event.type === 'step-attempt-failed' ? [event.data] : [],
  )
  assert.equal(
    failures.map(({ attempt, error, retryable }) => [attempt, error.code, retryable]),
    [
      [1, 'timeout', true],
      [2, 'timeout', true],
    ],
  )
  assert.match(failures[0]?.error.message ?? '', 'longer than 50 ms')
  assert.is(told.length, 2)
  await tasker.close()
})

test('timeouts count as failed attempts, and use the step up', async () => {
  const stuck = defineHandler({ name: 'stuck', run: () => new Promise<never>(() => undefined) })
  const { tasker } = await plannedTasker(neverPlans, { handlers: [stuck] })
  const step = { name: 'stuck', timeout_seconds: 0.02, retry: { max_attempts: 2, backoff: 'none' } }
  const template = await tasker.template({ name: 'stuck', steps: [{ ...step, handler: { callable: 'stuck' } }] })
  const result = await (await tasker.tasks.create(template, {})).result()
  assert.is(result.status, 'blocked_by_failures')
  assert.equal([result.steps.stuck?.attempts, result.error?.code], [2, 'timeout'])
  await tasker.close()
})

test.run()
