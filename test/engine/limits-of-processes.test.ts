/** Two worker processes on one database and one Redis: together they never pass a limit, read from the log alone. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Json } from '../../src/core/json.js'
import { migrate } from '../../src/log/schema.js'
import { createTasker, type Tasker } from '../../src/main.js'
import { mostAtATime, startsOf } from '../support/overlaps.js'
import { freshDatabase } from '../support/postgres.js'
import { testRedis } from '../support/redis.js'
import { heldHandlers } from './held-handlers.js'
import type { WorkerOrder } from './worker-process.js'

const test = suite('limits of two processes')

const NAMESPACE = 'limited'
const AT_A_TIME = 5
const RATE = { max: 100, perSeconds: 0.5 }

const template = (name: string, steps: number, limitKey?: string): Json => ({
  name,
  namespace_name: NAMESPACE,
  steps: Array.from({ length: steps }, (_, index) => ({
    name: `s${index}`,
    handler: { callable: 'plain' },
    // Some follow another, so that claims are eager ones too.
    dependencies: index % 3 === 0 ? [] : [`s${index - 1}`],
    ...(limitKey === undefined ? {} : { limit_key: limitKey }),
  })),
})

const startWorker = async (order: WorkerOrder) => {
  const child = fork(fileURLToPath(new URL('worker-process.js', import.meta.url)), [JSON.stringify(order)])
  const ended = once(child, 'exit')
  await Promise.race([once(child, 'message'), ended.then(() => Promise.reject(new Error('a worker ended early')))])
  return {
    pid: child.pid,
    end: async () => {
      child.disconnect()
      await ended
    },
  }
}

const run = async (tasker: Tasker, value: Json, tasks: number): Promise<void> => {
  const loaded = await tasker.template(value)
  const created = await Promise.all(Array.from({ length: tasks }, () => tasker.tasks.create(loaded, {})))
  for (const task of created) assert.is((await task.result()).status, 'complete')
}

test('hundreds of claims of two processes pass neither the queue, nor the key, nor the rate', async () => {
  const database = await freshDatabase()
  await migrate(database.url)
  const { url: redisUrl, prefix: queuePrefix } = testRedis()
  const limits = {
    queues: { [NAMESPACE]: { concurrency: AT_A_TIME } },
    keys: { one: { concurrency: 1 }, paced: { rate: RATE } },
  }
  const order = { databaseUrl: database.url, redisUrl, queuePrefix, namespace: NAMESPACE, limits }
  const workers = await Promise.all([startWorker(order), startWorker(order)])
  const tasker = await createTasker({ ...order, handlers: heldHandlers(() => undefined), serves: 'none' })
  try {
    await run(tasker, template('wide', 30), 8)
    await run(tasker, template('narrow', 15, 'one'), 4)
    const before = await tasker.log.position()
    await run(tasker, template('paced', 30, 'paced'), 10)

    assert.is(await mostAtATime(tasker.log), AT_A_TIME)
    assert.is(await mostAtATime(tasker.log, ({ limits: held }) => held.includes('key/one')), 1)
    const events = await tasker.log.readAll(before, 10_000)
    const starts = await startsOf({ ...tasker.log, readAll: async (after) => (after === 0 ? events : []) })
    assert.is(starts.length, 300)
    const took = (starts.at(-1) ?? 0) - (starts[0] ?? 0)
    // 100 at once, and 200 more at 200 a second.
    assert.ok(took >= 900, `300 claims took ${took} ms`)
    const claims = (await tasker.log.readAll(0, 20_000)).filter(({ type }) => type === 'step-started')
    const workersSeen = new Set(claims.map(({ data }) => JSON.parse(data).worker))
    assert.is(workersSeen.size, 2, 'one of the two did everything')
  } finally {
    await tasker.close()
    await Promise.all(workers.map((worker) => worker.end()))
    await database.drop()
  }
})

test.run()
