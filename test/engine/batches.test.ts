import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Json } from '../../src/core/json.js'
import type { Outcome } from '../../src/core/outcome.js'
import type { BatchPolicy } from '../../src/core/step.js'
import { StepFailure } from '../../src/ports/handler.js'
import { interpret } from '../../src/worker/interpret.js'
import { startSmallEngine, templateWith } from '../support/small-engine.js'

const test = suite('batches')

const frame = (policy: BatchPolicy = {}, tolerateFailures = false) =>
  templateWith({
    split: { type: 'batchable', batch: { workerTemplate: 'work', ...policy } },
    work: { type: 'batch_worker', dependencies: ['split'], retry: { maxAttempts: 1 } },
    merge: { type: 'deferred_convergence', dependencies: ['work'], tolerateFailures },
  })

const cursorsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ start_cursor: index * 10, end_cursor: index * 10 + 10 }))

/** What the worker makes of a batchable handler's answer in Tasker Core's words. */
const answer = (policy: BatchPolicy, value: Json): Outcome =>
  interpret(
    {
      name: 'split',
      type: 'batchable',
      handler: 'split',
      dependencies: [],
      batch: { workerTemplate: 'work', ...policy },
    },
    value,
    {
      value,
    },
  )

const batches = (count: number): Json => ({
  type: 'create_batches',
  worker_template_name: 'work',
  worker_count: count,
  cursor_configs: cursorsOf(count),
  total_items: count * 10,
})

test('one worker a cursor, named by its batch, and the convergence waits for all of them', async () => {
  const seen: Json[] = []
  const small = await startSmallEngine({
    run: ({ node }): Outcome | Json => {
      if (node.definition.name === 'split') return answer({}, batches(3))
      if (node.definition.item !== undefined) seen.push(node.definition.item)
      return null
    },
  })
  const result = await (await small.tasks.create(frame(), {})).result()
  assert.is(result.status, 'complete')
  assert.equal(Object.keys(result.steps), ['split', 'merge', 'work_001', 'work_002', 'work_003'])
  assert.equal(seen, cursorsOf(3))
  await small.stop()
})

test('where there is nothing to do, a worker stands in that has done it, and none is run', async () => {
  const ran: string[] = []
  const small = await startSmallEngine({
    run: ({ node }): Outcome | null => {
      ran.push(node.definition.name)
      return node.definition.name === 'split' ? answer({}, { type: 'no_batches' }) : null
    },
  })
  const result = await (await small.tasks.create(frame(), {})).result()
  assert.is(result.status, 'complete')
  assert.equal(ran, ['split', 'merge'])
  assert.equal(result.steps.work_000?.result, { is_no_op: true, items_processed: 0 })
  await small.stop()
})

const failing = async (policy: BatchPolicy) => {
  const ran = new Set<string>()
  const small = await startSmallEngine({
    concurrency: 1,
    run: ({ node }): Outcome | null => {
      ran.add(node.definition.name)
      if (node.definition.name === 'work_002') throw new StepFailure('bad', 'bad', { retryable: false })
      return node.definition.name === 'split' ? answer(policy, batches(6)) : null
    },
  })
  const result = await (await small.tasks.create(frame(policy), {})).result()
  await small.stop()
  return { ran, result }
}

test('continue_on_failure runs every worker, and the failure counts', async () => {
  const { ran, result } = await failing({ failureStrategy: 'continue_on_failure', parallelism: 1 })
  assert.is(ran.size, 7)
  assert.is(result.status, 'blocked_by_failures')
  assert.is(result.steps.merge?.settlement, 'failed')
})

test('fail_fast cancels the workers that have not run', async () => {
  const { ran, result } = await failing({ failureStrategy: 'fail_fast', parallelism: 1 })
  assert.equal([...ran], ['split', 'work_001', 'work_002'])
  assert.is(result.steps.work_006?.state, 'cancelled')
  assert.is(result.status, 'blocked_by_failures')
})

test('isolate leaves the failed worker out, and the task completes', async () => {
  const { ran, result } = await failing({ failureStrategy: 'isolate', parallelism: 2 })
  assert.ok(ran.has('merge'))
  assert.is(result.steps.work_002?.state, 'error')
  assert.is(result.status, 'complete')
})

test('never more workers at a time than parallelism allows', async () => {
  let running = 0
  let most = 0
  const small = await startSmallEngine({
    concurrency: 20,
    run: async ({ node }): Promise<Outcome | null> => {
      if (node.definition.name === 'split') return answer({ parallelism: 3 }, batches(12))
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setImmediate(resolve))
      running -= 1
      return null
    },
  })
  assert.is((await (await small.tasks.create(frame(), {})).result()).status, 'complete')
  assert.is(most, 3)
  await small.stop()
})

test('a worker that yields a checkpoint goes on from it, and its yields are no failures', async () => {
  const cursors: Json[] = []
  const small = await startSmallEngine({
    run: ({ node }): Outcome | Json => {
      const before = node.checkpoint
      const cursor = typeof before === 'object' && before !== null && 'cursor' in before ? Number(before.cursor) : 0
      cursors.push(cursor)
      const value: Json =
        cursor < 3
          ? {
              type: 'checkpoint_yield',
              cursor: cursor + 1,
              items_processed: cursor,
              accumulated_results: { sum: cursor },
            }
          : { done: cursor }
      return interpret(node.definition, value, { value })
    },
  })
  const result = await (await small.tasks.create(templateWith({ work: { retry: { maxAttempts: 1 } } }), {})).result()
  assert.equal(cursors, [0, 1, 2, 3])
  assert.is(result.steps.work?.attempts, 4)
  assert.equal(result.steps.work?.result, { done: 3 })
  await small.stop()
})

test('cursors that leave a gap, overlap, repeat or miscount fail the step', () => {
  const refused = (cursor_configs: Json, total_items = 20) => {
    try {
      answer({}, { type: 'create_batches', worker_template_name: 'work', cursor_configs, total_items })
    } catch (error) {
      if (error instanceof StepFailure) return error.code
    }
    return 'accepted'
  }
  const range = (start_cursor: Json, end_cursor: Json) => ({ start_cursor, end_cursor })
  assert.is(refused([range(0, 10), range(10, 20)]), 'accepted')
  assert.is(refused([range(1, 10), range(11, 20)]), 'accepted')
  assert.is(refused([range(0, 10), range(12, 20)]), 'cursors_invalid')
  assert.is(refused([range(0, 10), range(8, 20)]), 'cursors_invalid')
  assert.is(refused([range(0, 10), range(0, 10)]), 'cursors_invalid')
  assert.is(refused([range(0, 10), range(10, 30)]), 'cursors_invalid')
  assert.is(refused([range('2026-01-01', '2026-01-31'), range('2026-02-01', '2026-02-28')]), 'accepted')
  assert.is(refused([range('2026-01-01', '2026-01-31'), range('2026-02-03', '2026-02-28')]), 'cursors_invalid')
  assert.is(refused([{ shard: 'a' }, { shard: 'b' }]), 'accepted')
})

test('a batch of ten thousand workers is created in one append', async () => {
  const small = await startSmallEngine({
    concurrency: 100,
    run: ({ node }): Outcome | null => (node.definition.name === 'split' ? answer({}, batches(10_000)) : null),
  })
  const task = await small.tasks.create(frame(), {})
  assert.is((await task.result()).status, 'complete')
  const events = await small.log.readStream(`task-${task.id}`, 0)
  const batch = events.filter((event) => event.type === 'steps-materialized' && event.data.includes('"origin":"batch"'))
  assert.is(batch.length, 20)
  assert.is(new Set(batch.map((event) => event.time)).size, 1)
  await small.stop()
})

test.run()
