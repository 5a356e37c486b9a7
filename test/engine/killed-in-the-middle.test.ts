/**
 * A worker process is killed in the middle of something that has a memory: a step that has saved checkpoints, and a task
 * that undoes what it did. Another process goes on exactly where the first one was.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Json } from '../../src/core/json.js'
import { migrate } from '../../src/log/schema.js'
import { createTasker, type Tasker } from '../../src/main.js'
import { freshDatabase } from '../support/postgres.js'
import { testRedis } from '../support/redis.js'
import { heldHandlers } from './held-handlers.js'
import type { WorkerOrder, WorkerSaid } from './worker-process.js'

const test = suite('a worker that is killed in the middle')

const NAMESPACE = 'killed'

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

/** Runs a task by two workers, kills the one that says that it holds, and hands out the end. */
const killTheHolder = async (
  template: Json,
  check: (tasker: Tasker, id: string, pids: { readonly killed: number; readonly other: number }) => Promise<void>,
): Promise<void> => {
  const database = await freshDatabase()
  await migrate(database.url)
  const { url: redisUrl, prefix: queuePrefix } = testRedis()
  const order: WorkerOrder = { databaseUrl: database.url, redisUrl, queuePrefix, namespace: NAMESPACE }
  const workers = [0, 1].map(() =>
    fork(fileURLToPath(new URL('worker-process.js', import.meta.url)), [JSON.stringify(order)]),
  )
  const holder = Promise.race(workers.map((worker) => said(worker, 'holding')))
  await Promise.all(workers.map((worker) => said(worker, 'ready')))
  const tasker = await createTasker({ ...order, handlers: heldHandlers(() => undefined), serves: 'none' })
  try {
    const task = await tasker.tasks.create(await tasker.template(template), { hold: true })
    const victim = await holder
    const died = once(victim, 'exit')
    victim.kill('SIGKILL')
    await died
    await task.result()
    const other = workers.find((worker) => worker !== victim)
    await check(tasker, task.id, { killed: victim.pid ?? 0, other: other?.pid ?? 0 })
  } finally {
    await Promise.all(workers.map(end))
    await tasker.close()
    await database.drop()
  }
}

const step = (name: string, callable: string, more: Json = {}): Json => ({
  name,
  handler: { callable },
  ...Object(more),
})

const resumed = killTheHolder(
  { name: 'counting', namespace_name: NAMESPACE, steps: [step('count', 'count')] },
  async (tasker, id, { other }) => {
    const { status, steps } = await (await tasker.tasks.get(id)).view()
    assert.is(status, 'complete')
    assert.equal(steps.count?.result, { from: 3, pid: other })
    const events = await tasker.log.readStream(`task-${id}`, 0)
    const saved = events.filter(({ type }) => type === 'step-checkpointed').map(({ data }) => JSON.parse(data))
    assert.equal(
      saved.map(({ attempt, checkpoint }) => [attempt, checkpoint]),
      [
        [1, 1],
        [1, 2],
        [1, 3],
        [2, 4],
        [2, 5],
      ],
    )
  },
)

const undone = killTheHolder(
  {
    name: 'undoing',
    namespace_name: NAMESPACE,
    lifecycle: { on_blocked: { error_after_seconds: 0 } },
    steps: [
      step('first', 'plain', { on_failure: { callable: 'plain' } }),
      step('second', 'plain', { dependencies: ['first'], on_failure: { callable: 'hold' } }),
      step('third', 'plain', { dependencies: ['second'], on_failure: { callable: 'plain' } }),
      step('last', 'fail', { dependencies: ['third'] }),
    ],
  },
  async (tasker, id) => {
    assert.is((await (await tasker.tasks.get(id)).view()).status, 'error')
    const events = await tasker.log.readStream(`task-${id}`, 0)
    const of = (type: string) => events.filter((event) => event.type === type).map(({ data }) => JSON.parse(data).step)
    const planned = events
      .filter(({ type, data }) => type === 'steps-materialized' && JSON.parse(data).origin === 'compensation')
      .flatMap(({ data }) => JSON.parse(data).steps.map(({ name }: { readonly name: string }) => name))
    assert.is(planned.length, 3)
    // Each of them once, the last that was done first; the one that was killed has two attempts.
    assert.equal(
      of('step-completed').filter((name) => planned.includes(name)),
      planned,
    )
    assert.equal(
      planned.map((name) => ['third', 'second', 'first'].findIndex((done) => name.includes(done))),
      [0, 1, 2],
    )
    assert.is(of('step-lost').length, 1)
    assert.equal(of('step-started').filter((name) => name === planned[1]).length, 2)
  },
)

/** Most of the time is the lease of the killed worker running out; so both run at once, and each test awaits its own. */
for (const run of [resumed, undone]) run.catch(() => undefined)

test('goes on from the last checkpoint in another process, and does nothing twice', () => resumed)

test('goes on undoing in another process: in reverse order, each thing once', () => undone)

test.run()
