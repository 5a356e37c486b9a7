/** What a user's tests may do with their own handlers and templates, without a database. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineHandler, outcome, StepFailure } from '../../src/main.js'
import { runHandler, TestStuck, testTasker } from '../../src/testing/testing.js'
import { broken, ok, plannedFrame } from '../support/planned-tasker.js'

const test = suite('tests of a user')

const step = (name: string, callable: string, more: object = {}) => ({ name, handler: { callable }, ...more })
const template = (...steps: ReadonlyArray<object>) =>
  JSON.parse(JSON.stringify({ name: 'tried', namespace_name: 'default', version: '1.0.0', steps }))

const BY = { actor: 'ada', authenticated: false }

test('a template runs to its end; retries and waits take no time', async () => {
  let attempts = 0
  const flaky = defineHandler({
    name: 'flaky',
    run: () => {
      attempts += 1
      if (attempts < 3) throw new StepFailure('busy', 'later', { retryable: true, retryAfterMs: 600_000 })
      return { attempts }
    },
  })
  const tasker = await testTasker({ handlers: [flaky] })
  const since = performance.now()
  const wait = { callable: 'catalog:wait', initialization: { seconds: 86_400 } }
  const { status, steps } = await tasker.run(
    template(step('flaky', 'flaky', { retry: { max_attempts: 3 } }), {
      name: 'sleep',
      handler: wait,
      dependencies: ['flaky'],
    }),
  )
  assert.is(status, 'complete')
  assert.equal(steps.flaky?.result, { attempts: 3 })
  assert.ok(performance.now() - since < 8_000)
  await tasker.close()
})

test('a task that waits for people rests, and goes on when they have decided', async () => {
  const tasker = await testTasker()
  const gate = { callable: 'catalog:gate', initialization: { question: 'Go on?', timeout_seconds: 3_600 } }
  const given = template({ name: 'review', type: 'gate', handler: gate })
  const waiting = await tasker.run(given)
  assert.is(waiting.status, 'waiting_for_approval')
  const [open] = await tasker.gates.list()
  assert.is(open?.taskId, waiting.taskId)
  await tasker.gates.approve(waiting.taskId, 'review', BY)
  assert.is((await tasker.rest(waiting.taskId)).status, 'complete')

  const forgotten = await tasker.run(given)
  await tasker.passTime(3_700_000)
  assert.is((await tasker.rest(forgotten.taskId)).status, 'blocked_by_failures', 'nobody came')
  await tasker.close()
})

test('a failure for good is what the result says', async () => {
  const broken = defineHandler({
    name: 'broken',
    run: () => {
      throw new StepFailure('no_such_customer', 'who?', { retryable: false })
    },
  })
  const tasker = await testTasker({ handlers: [broken] })
  const { status, steps } = await tasker.run(template(step('a', 'broken')))
  assert.is(status, 'blocked_by_failures')
  assert.is(steps.a?.error?.code, 'no_such_customer')
  await tasker.close()
})

test('a step that nobody runs is told, and not waited for for ever', async () => {
  const tasker = await testTasker({ handlers: [ok, broken], patienceMs: 200 })
  const error = await tasker.run(plannedFrame()).catch((it: unknown) => it)
  assert.instance(error, TestStuck)
  assert.match(String(error), 'plan')
  await tasker.close()
})

test('a handler runs by itself: its result, its special outcome, its failure, its configuration', async () => {
  const greet = defineHandler({ name: 'greet', run: ({ inputs }) => ({ greeting: `Hello, ${inputs.name}` }) })
  assert.equal(await runHandler(greet, { inputs: { name: 'Ada' } }), { greeting: 'Hello, Ada' })
  const waits = defineHandler({ name: 'waits', run: () => outcome({ kind: 'waiting', signal: 'go' }) })
  assert.equal(await runHandler(waits), { kind: 'waiting', signal: 'go' })
  const fails = defineHandler({
    name: 'fails',
    run: ({ context }) => {
      throw new StepFailure('no', `attempt ${context.step.attempt}`, { retryable: false })
    },
  })
  const failure = await runHandler(fails, { context: { step: { name: 'x', attempt: 7 } } }).catch((it: unknown) => it)
  assert.instance(failure, StepFailure)
  assert.match(String(failure), 'attempt 7')
})

test.run()
