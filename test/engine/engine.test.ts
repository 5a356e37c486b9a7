import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Outcome } from '../../src/core/outcome.js'
import { StepFailure } from '../../src/ports/handler.js'
import { startSmallEngine, templateWith } from '../support/small-engine.js'

const test = suite('the engine')

const typesOf = async (log: { readAll(after: number, limit: number): Promise<ReadonlyArray<{ type: string }>> }) =>
  (await log.readAll(0, 10_000)).map((event) => event.type)

test('steps run in the order of their dependencies, and the task completes', async () => {
  const ran: string[] = []
  const small = await startSmallEngine({
    run: ({ node }) => {
      ran.push(node.definition.name)
      return { by: node.definition.name }
    },
  })
  const task = await small.tasks.create(templateWith({ a: [], b: ['a'], c: ['b'] }), {})
  const result = await task.result()
  assert.is(result.status, 'complete')
  assert.equal(ran, ['a', 'b', 'c'])
  assert.equal(result.steps.c?.result, { by: 'c' })
  assert.equal(await typesOf(small.log), [
    'task-created',
    'steps-materialized',
    'step-enqueued',
    'step-started',
    'step-completed',
    'step-enqueued',
    'step-started',
    'step-completed',
    'step-enqueued',
    'step-started',
    'step-completed',
    'task-completed',
  ])
  await small.stop()
})

test('a step that fails for good blocks the task while independent branches go on', async () => {
  const small = await startSmallEngine({
    run: ({ node }) => {
      if (node.definition.name === 'bad') throw new StepFailure('broken', 'it is broken', { retryable: false })
      return null
    },
  })
  const template = templateWith({ bad: [], after: ['bad'], other: [], last: ['other'] })
  const result = await (await small.tasks.create(template, {})).result()
  assert.is(result.status, 'blocked_by_failures')
  assert.is(result.error?.step, 'bad')
  assert.is(result.steps.after?.state, 'pending')
  assert.is(result.steps.after?.settlement, 'failed')
  assert.is(result.steps.last?.state, 'complete')
  await small.stop()
})

test('a failed attempt is tried again after its backoff, and counts', async () => {
  let attempts = 0
  const small = await startSmallEngine({
    run: () => {
      attempts += 1
      if (attempts < 3) throw new Error('not yet')
      return attempts
    },
  })
  const template = templateWith({ a: { retry: { maxAttempts: 3, backoff: 'linear', baseMs: 5, jitter: 0 } } })
  const result = await (await small.tasks.create(template, {})).result()
  assert.is(result.status, 'complete')
  assert.is(result.steps.a?.attempts, 3)
  assert.is(result.steps.a?.result, 3)
  await small.stop()
})

test('a decision creates what it names, and a convergence waits for that alone', async () => {
  const small = await startSmallEngine({
    run: ({ node }): Outcome | null =>
      node.definition.name === 'choose' ? { kind: 'decided', create: ['left'], result: { value: null } } : null,
  })
  const template = templateWith({
    choose: { type: 'decision' },
    left: ['choose'],
    right: ['choose'],
    join: { type: 'deferred_convergence', dependencies: ['left', 'right'] },
  })
  const result = await (await small.tasks.create(template, {})).result()
  assert.is(result.status, 'complete')
  assert.equal(Object.keys(result.steps).sort(), ['choose', 'join', 'left'])
  assert.is(result.steps.join?.state, 'complete')
  await small.stop()
})

test('a fan-out of ten thousand runs each instance once', async () => {
  let ran = 0
  const items = Array.from({ length: 10_000 }, (_, index) => index)
  const small = await startSmallEngine({
    concurrency: 100,
    run: ({ node }): Outcome | number => {
      if (node.definition.name === 'spread') return { kind: 'fanned-out', items, handler: 'one', config: {} }
      if (node.definition.name === 'gather') return ran
      ran += 1
      return 1
    },
  })
  const result = await (await small.tasks.create(templateWith({ spread: [], gather: ['spread'] }), {})).result()
  assert.is(result.status, 'complete')
  assert.is(result.steps.gather?.result, 10_000)
  await small.stop()
})

test.run()
