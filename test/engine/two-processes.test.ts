/**
 * Two worker processes on one log, one of which is killed in the middle of a step. What it had not finished is done by
 * the other, and whatever was finished was finished once. On both back ends of BullMQ, and for real: the lease runs out
 * by the database's clock.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Json } from '../../src/core/json.js'
import { migrate } from '../../src/log/schema.js'
import { createTasker, type Tasker } from '../../src/main.js'
import type { StoredEvent } from '../../src/ports/log.js'
import { dropQueueDatabase } from '../queue/server.js'
import { freshDatabase } from '../support/postgres.js'
import { testRedis } from '../support/redis.js'
import { heldHandlers } from './held-handlers.js'
import type { WorkerOrder, WorkerSaid } from './worker-process.js'

const test = suite('two worker processes')

const NAMESPACE = 'two-processes'

const step = (name: string, callable: string, dependencies: ReadonlyArray<string>): Json => ({
  name,
  dependencies,
  handler: { callable },
})

const TEMPLATE: Json = {
  name: 'held_in_the_middle',
  namespace_name: NAMESPACE,
  version: '1.0.0',
  steps: [
    step('first', 'plain', []),
    ...['a', 'b', 'c', 'd'].map((name) => step(name, 'plain', ['first'])),
    step('middle', 'hold', ['a', 'b', 'c', 'd']),
    step('last', 'plain', ['middle']),
  ],
}

interface WorkerProcess {
  readonly child: ChildProcess
  /** Resolves when it is in the middle of a step that it will never end. */
  readonly holding: Promise<void>
}

const startWorker = async (order: WorkerOrder): Promise<WorkerProcess> => {
  const child = fork(fileURLToPath(new URL('worker-process.js', import.meta.url)), [JSON.stringify(order)])
  const said = (kind: WorkerSaid['kind']): Promise<void> =>
    new Promise((resolve) => {
      child.on('message', (message: WorkerSaid) => message.kind === kind && resolve())
    })
  const holding = said('holding')
  const endedEarly = once(child, 'exit').then(() => Promise.reject(new Error('a worker ended early')))
  endedEarly.catch(() => undefined)
  await Promise.race([said('ready'), endedEarly])
  return { child, holding }
}

const end = async ({ child }: WorkerProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.disconnect()
  await exited
}

/** How many events of a type each step has. */
const countByStep = (events: ReadonlyArray<StoredEvent>, type: string): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const event of events.filter((one) => one.type === type)) {
    const name = String(JSON.parse(event.data).step)
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

const ONCE_EACH = { first: 1, a: 1, b: 1, c: 1, d: 1, middle: 1, last: 1 }
const OTHER_TASKS = 10

const killOneOfTwo = async (tasker: Tasker, order: WorkerOrder): Promise<void> => {
  const workers = await Promise.all([startWorker(order), startWorker(order)])
  try {
    const template = await tasker.template(TEMPLATE)
    const create = (input: Json) => tasker.tasks.create(template, input)
    const others = await Promise.all(Array.from({ length: OTHER_TASKS }, () => create({})))
    const held = await create({ hold: true })
    const victim = await Promise.race(workers.map((worker) => worker.holding.then(() => worker.child)))
    const died = once(victim, 'exit')
    victim.kill('SIGKILL')
    await died
    const later = await create({})

    for (const task of [...others, held, later]) {
      const result = await task.result()
      assert.is(result.status, 'complete')
      const events = await tasker.log.readStream(`task-${task.id}`, 0)
      assert.equal(countByStep(events, 'step-completed'), ONCE_EACH)
    }
    const { steps } = await held.view()
    const survivor = workers.find((worker) => worker.child !== victim)
    assert.equal(steps.middle?.result, { pid: survivor?.child.pid })
    assert.is(steps.middle?.attempts, 2)
    const events = await tasker.log.readStream(`task-${held.id}`, 0)
    assert.equal(countByStep(events, 'step-lost'), { middle: 1 })
  } finally {
    await Promise.all(workers.map(end))
  }
}

const withTasker = async (order: WorkerOrder, body: (tasker: Tasker) => Promise<void>): Promise<void> => {
  const tasker = await createTasker({ ...order, handlers: heldHandlers(() => undefined), serves: 'none' })
  try {
    await body(tasker)
  } finally {
    await tasker.close()
  }
}

const withDatabase = async (body: (databaseUrl: string) => Promise<void>): Promise<void> => {
  const database = await freshDatabase()
  try {
    await migrate(database.url)
    await body(database.url)
  } finally {
    await dropQueueDatabase(database.url)
    await database.drop()
  }
}

const onRedis = (): Promise<void> =>
  withDatabase((databaseUrl) => {
    const { url: redisUrl, prefix: queuePrefix } = testRedis()
    const order = { databaseUrl, redisUrl, queuePrefix, namespace: NAMESPACE }
    return withTasker(order, (tasker) => killOneOfTwo(tasker, order))
  })

const onPostgres = (): Promise<void> =>
  withDatabase((databaseUrl) => {
    const order = { databaseUrl, queuePrefix: 'unused', namespace: NAMESPACE }
    return withTasker(order, (tasker) => killOneOfTwo(tasker, order))
  })

/** Most of the time is the lease of the killed worker running out; so both run at once, and each test awaits its own. */
const runs = { redis: onRedis(), postgres: onPostgres() }
for (const run of Object.values(runs)) run.catch(() => undefined)

test('one is killed in the middle of a step, and the other completes it: on Redis', () => runs.redis)

test('one is killed in the middle of a step, and the other completes it: on Postgres', () => runs.postgres)

test.run()
