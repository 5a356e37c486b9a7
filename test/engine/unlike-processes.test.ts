/**
 * Two worker processes on one queue that cannot do the same, or not at the same time: a hint that reaches the wrong one
 * is handed on at once, and no step waits for the sweep. On both back ends of BullMQ.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Json } from '../../src/core/json.js'
import { HINT_AGE_MS } from '../../src/core/limits.js'
import { migrate } from '../../src/log/schema.js'
import { createTasker, type Tasker } from '../../src/main.js'
import { dropQueueDatabase } from '../queue/server.js'
import { freshDatabase } from '../support/postgres.js'
import { testRedis } from '../support/redis.js'
import { heldHandlers } from './held-handlers.js'
import type { WorkerOrder, WorkerSaid } from './worker-process.js'

const test = suite('processes that are not alike')

const NAMESPACE = 'unlike'
/** A step that waits for the sweep waits longer. */
const SOON_MS = HINT_AGE_MS

const chain = (...callables: ReadonlyArray<string>): Json => ({
  name: `chain_of_${callables.length}`,
  namespace_name: NAMESPACE,
  version: '1.0.0',
  steps: callables.map((callable, index) => ({
    name: `s${index}`,
    dependencies: index === 0 ? [] : [`s${index - 1}`],
    handler: { callable },
  })),
})

const startWorker = async (order: WorkerOrder): Promise<ChildProcess> => {
  const child = fork(fileURLToPath(new URL('worker-process.js', import.meta.url)), [JSON.stringify(order)])
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('a worker ended early')))
  ended.catch(() => undefined)
  await Promise.race([said(child, 'ready'), ended])
  return child
}

const said = (child: ChildProcess, kind: WorkerSaid['kind']): Promise<ChildProcess> =>
  new Promise((resolve) => {
    child.on('message', (message: WorkerSaid) => message.kind === kind && resolve(child))
  })

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.disconnect()
  await exited
}

/** The longest time that a step of these tasks stood in its queue, by the log. */
const longestWaitMs = async (tasker: Tasker, ids: ReadonlyArray<string>): Promise<number> => {
  let longest = 0
  for (const id of ids) {
    const enqueued = new Map<string, number>()
    for (const { type, data, time } of await tasker.log.readStream(`task-${id}`, 0)) {
      const { step } = JSON.parse(data)
      if (type === 'step-enqueued') enqueued.set(step, Date.parse(time))
      if (type === 'step-started') longest = Math.max(longest, Date.parse(time) - (enqueued.get(step) ?? 0))
    }
  }
  return longest
}

type Body = (tasker: Tasker, start: (more: Partial<WorkerOrder>) => Promise<ChildProcess>) => Promise<void>

const withTasker = async (on: 'redis' | 'postgres', body: Body): Promise<void> => {
  const database = await freshDatabase()
  await migrate(database.url)
  const { url: redisUrl, prefix: queuePrefix } = testRedis()
  const order = {
    databaseUrl: database.url,
    queuePrefix,
    namespace: NAMESPACE,
    ...(on === 'redis' ? { redisUrl } : {}),
  }
  const tasker = await createTasker({ ...order, handlers: heldHandlers(() => undefined), serves: 'none' })
  const workers: ChildProcess[] = []
  try {
    await body(tasker, async (more) => {
      const child = await startWorker({ ...order, ...more })
      workers.push(child)
      return child
    })
  } finally {
    await Promise.all(workers.map(end))
    await tasker.close()
    await dropQueueDatabase(database.url)
    await database.drop()
  }
}

/** Each has what the other lacks, and every step is followed by one of the other's. */
const handOver: Body = async (tasker, start) => {
  await Promise.all([start({ callables: ['plain'] }), start({ callables: ['hold'] })])
  const template = await tasker.template(chain('plain', 'hold', 'plain', 'hold', 'plain', 'hold'))
  const tasks = await Promise.all(Array.from({ length: 20 }, () => tasker.tasks.create(template, {})))
  for (const task of tasks) assert.is((await task.result()).status, 'complete')
  const longest = await longestWaitMs(
    tasker,
    tasks.map(({ id }) => id),
  )
  assert.ok(longest < SOON_MS, `a step waited for ${longest} ms`)
}

test('a hint that reaches a process without the handler goes on to the other one: on Redis', () =>
  withTasker('redis', handOver))

test('a hint that reaches a process without the handler goes on to the other one: on Postgres', () =>
  withTasker('postgres', handOver))

test('a step whose handler nobody has runs as soon as a process has it', () =>
  withTasker('redis', async (tasker, start) => {
    const stranger = await start({ callables: ['plain'] })
    const task = await tasker.tasks.create(await tasker.template(chain('plain', 'hold')), {})
    await task.result({ until: (seen) => seen.step('s1')?.state === 'enqueued' })
    await start({ callables: ['hold'] })
    assert.is((await task.result()).status, 'complete')
    const longest = await longestWaitMs(tasker, [task.id])
    assert.ok(longest < SOON_MS, `a step waited for ${longest} ms`)
    assert.is(stranger.exitCode, null)
  }))

test('a process that is busy for long does not keep what another one could do', () =>
  withTasker('redis', async (tasker, start) => {
    const workers = await Promise.all([start({ concurrency: 1 }), start({ concurrency: 1 })])
    const holding = Promise.race(workers.map((worker) => said(worker, 'holding')))
    const held = await tasker.tasks.create(await tasker.template(chain('hold')), { hold: true })
    await holding
    const template = await tasker.template(chain('plain', 'plain'))
    const tasks = await Promise.all(Array.from({ length: 8 }, () => tasker.tasks.create(template, {})))
    for (const task of tasks) assert.is((await task.result()).status, 'complete')
    const longest = await longestWaitMs(
      tasker,
      tasks.map(({ id }) => id),
    )
    assert.ok(longest < SOON_MS, `a step waited for ${longest} ms`)
    assert.is((await held.view()).status, 'running')
  }))

test.run()
