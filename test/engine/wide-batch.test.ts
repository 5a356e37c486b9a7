/** A batch of ten thousand workers, on a real Postgres and a real Redis, from its one append to its end. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineHandler } from '../../catalog/define-handler.js'
import type { Json } from '../../src/core/json.js'
import { glanceAt } from '../../src/core/view.js'
import { streamOf } from '../../src/engine/ids.js'
import { migrate } from '../../src/log/schema.js'
import { createTasker } from '../../src/main.js'
import type { Handler } from '../../src/ports/handler.js'
import { foldStored } from '../simulation/invariants.js'
import { freshDatabase } from '../support/postgres.js'
import { testRedis } from '../support/redis.js'

const test = suite('a batch of ten thousand workers')

const WORKERS = 10_000

const handlersThat = (saw: (item: Json | undefined) => void): ReadonlyArray<Handler> => [
  defineHandler({
    name: 'split',
    run: () => ({
      type: 'create_batches',
      worker_template_name: 'work',
      worker_count: WORKERS,
      cursor_configs: Array.from({ length: WORKERS }, (_, at) => ({ start_cursor: at * 5, end_cursor: at * 5 + 5 })),
      total_items: WORKERS * 5,
    }),
  }),
  defineHandler({
    name: 'work',
    run: ({ context }) => {
      saw(context.item)
      return null
    },
  }),
  defineHandler({
    name: 'merge',
    run: ({ context }) => ({ merged: context.dependencies.work?.instances?.length ?? 0 }),
  }),
]

test('is created in one append, runs each of them once, and converges', async () => {
  const database = await freshDatabase()
  await migrate(database.url)
  const { url: redisUrl, prefix: queuePrefix } = testRedis()
  const items = new Set<string>()
  const handlers = handlersThat((item) => items.add(JSON.stringify(item)))
  const tasker = await createTasker({ databaseUrl: database.url, redisUrl, queuePrefix, handlers })
  const template = await tasker.template({
    name: 'wide',
    steps: [
      { name: 'split', type: 'batchable', handler: { callable: 'split' } },
      { name: 'work', type: 'batch_worker', dependencies: ['split'], handler: { callable: 'work' } },
      { name: 'merge', type: 'deferred_convergence', dependencies: ['work'], handler: { callable: 'merge' } },
    ],
  })
  const task = await tasker.tasks.create(template, {})
  const result = await task.result()
  assert.is(result.status, 'complete')
  assert.equal(result.steps.merge?.result, { merged: WORKERS })
  assert.is(items.size, WORKERS)

  const events = await tasker.log.readStream(streamOf(task.id), 0)
  const created = events.filter(({ type, data }) => type === 'steps-materialized' && data.includes('"origin":"batch"'))
  assert.is(created.length, WORKERS / 500)
  // One append: one time, and no gap between their places in the log.
  assert.is(new Set(created.map(({ time }) => time)).size, 1)
  assert.is((created.at(-1)?.position ?? 0) - (created[0]?.position ?? 0), created.length - 1)
  const starts = events.filter(({ type }) => type === 'step-started').map(({ data }) => JSON.parse(data).step)
  assert.is(new Set(starts).size, starts.length)
  assert.equal(glanceAt(foldStored(events)).steps, {
    created: WORKERS + 2,
    settled: WORKERS + 2,
    inFlight: 0,
    waiting: 0,
  })
  await tasker.close()
  await database.drop()
})

test.run()
