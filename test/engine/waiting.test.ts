import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Actor } from '../../src/core/event.js'
import type { Json } from '../../src/core/json.js'
import type { Outcome } from '../../src/core/outcome.js'
import { streamOf, uuidv7 } from '../../src/engine/ids.js'
import { TaskRefused } from '../../src/engine/tasks.js'
import { StepFailure } from '../../src/ports/handler.js'
import { startSmallEngine, templateWith } from '../support/small-engine.js'

const test = suite('steps that wait without a worker')

const PERSON: Actor = { kind: 'person', id: 'ada', authenticated: false }
const signal = (name: string, payload: Json, id = uuidv7(Date.now())) =>
  ({ type: 'receive-signal', id, name, payload }) as const

const waitFor = (name: string): Outcome => ({ kind: 'waiting', signal: name })

test('a step waits for a time and completes when it has come', async () => {
  const small = await startSmallEngine({
    run: ({ node }): Outcome | null =>
      node.definition.name === 'wait' ? { kind: 'waiting', untilMs: Date.now() + 30 } : null,
  })
  const result = await (await small.tasks.create(templateWith({ wait: [], after: ['wait'] }), {})).result()
  assert.is(result.status, 'complete')
  assert.equal(result.steps.wait?.result, { waited: true })
  await small.stop()
})

test('the first signal of a name wakes the step; another one, and the same one again, change nothing', async () => {
  const small = await startSmallEngine({ run: () => waitFor('paid') })
  const task = await small.tasks.create(templateWith({ wait: [] }), {})
  await task.result({ until: (task) => task.step('wait')?.state === 'in_progress' })
  const first = signal('paid', { amount: 5 })
  await small.tasks.ask(task.id, first, PERSON)
  const result = await task.result()
  assert.equal(result.steps.wait?.result, { signal: { amount: 5 }, timed_out: false })
  await small.stop()
})

test('a signal that comes before anybody waits is kept, and the first one counts', async () => {
  let let_go: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    let_go = resolve
  })
  const small = await startSmallEngine({
    run: async ({ node }) => {
      if (node.definition.name === 'slow') await held
      return node.definition.name === 'wait' ? waitFor('go') : null
    },
  })
  const task = await small.tasks.create(templateWith({ slow: [], wait: ['slow'] }), {})
  await small.tasks.ask(task.id, signal('go', 1), PERSON)
  await small.tasks.ask(task.id, signal('go', 2), PERSON)
  let_go()
  assert.equal((await task.result()).steps.wait?.result, { signal: 1, timed_out: false })
  await small.stop()
})

const parentTemplate = templateWith({ start: [], after: ['start'] })

const childOf = (child: Json, onFailure: 'fail' | 'continue') => {
  const id = uuidv7(Date.now())
  const outcome: Outcome = {
    kind: 'child-requested',
    child: id,
    template: { value: child },
    input: { value: { from: 'parent' } },
    onFailure,
  }
  return { id, outcome }
}

test('a step starts a task, waits for its end, and has its results', async () => {
  const { id, outcome } = childOf(templateWith({ inner: [] }) as unknown as Json, 'fail')
  const small = await startSmallEngine({
    run: ({ node }): Json | Outcome => (node.definition.name === 'start' ? outcome : { did: node.definition.name }),
  })
  const parent = await small.tasks.create(parentTemplate, {}, { correlation: 'order-7' })
  const result = await parent.result()
  assert.is(result.status, 'complete')
  assert.equal(result.steps.start?.result, { task: id, status: 'complete', results: { inner: { did: 'inner' } } })
  const [created] = await small.log.readStream(streamOf(id), 0)
  assert.is(JSON.parse(created?.metadata ?? '{}').parentCorrelation, 'order-7')
  await small.stop()
})

test('a child that fails fails its step, unless the step goes on all the same', async () => {
  for (const onFailure of ['fail', 'continue'] as const) {
    const child = {
      ...templateWith({ inner: { retry: { maxAttempts: 1 } } }),
      lifecycle: { onBlocked: { errorAfterMs: 0 } },
    }
    const { outcome } = childOf(child as unknown as Json, onFailure)
    const small = await startSmallEngine({
      run: ({ node }): Json | Outcome => {
        if (node.definition.name === 'inner') throw new StepFailure('no', 'no', { retryable: false })
        return node.definition.name === 'start' ? outcome : null
      },
    })
    const result = await (await small.tasks.create(parentTemplate, {})).result()
    assert.is(result.status, onFailure === 'fail' ? 'blocked_by_failures' : 'complete')
    await small.stop()
  }
})

test('cancelling a task cancels the tasks that it waits for', async () => {
  const { id, outcome } = childOf(templateWith({ inner: [] }) as unknown as Json, 'fail')
  const small = await startSmallEngine({
    run: ({ node }): Outcome => (node.definition.name === 'start' ? outcome : waitFor('never')),
  })
  const parent = await small.tasks.create(parentTemplate, {})
  await parent.result({ until: (task) => task.step('start')?.state === 'in_progress' })
  const childExists = await small.log.waitFor(0, 5_000)
  assert.ok(childExists)
  await small.tasks.ask(parent.id, { type: 'cancel-task', reason: 'changed my mind' }, PERSON)
  assert.is((await parent.result()).status, 'cancelled')
  const child = await small.tasks.get(id).catch((error: unknown) => error)
  if (child instanceof TaskRefused) assert.is(child.code, 'task_unknown')
  else assert.is((await (child as Awaited<ReturnType<typeof small.tasks.get>>).result()).status, 'cancelled')
  await small.stop()
})

test.run()
