/** A task that one process cancels while another one runs its step, for real: over the database and the lease alone. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { migrate } from '../../src/log/schema.js'
import { createTasker } from '../../src/main.js'
import { freshDatabase } from '../support/postgres.js'
import { testRedis } from '../support/redis.js'
import { heldHandlers } from './held-handlers.js'
import type { WorkerOrder, WorkerSaid } from './worker-process.js'

const test = suite('a task that is cancelled elsewhere')

const NAMESPACE = 'cancelled'

test('the handler that runs it is told by its signal, and its slot is free for the next task', async () => {
  const database = await freshDatabase()
  await migrate(database.url)
  const { url: redisUrl, prefix: queuePrefix } = testRedis()
  const order: WorkerOrder = { databaseUrl: database.url, redisUrl, queuePrefix, namespace: NAMESPACE, concurrency: 1 }
  const worker = fork(fileURLToPath(new URL('worker-process.js', import.meta.url)), [JSON.stringify(order)])
  const said = (kind: WorkerSaid['kind']): Promise<void> =>
    new Promise((resolve) => {
      worker.on('message', (message: WorkerSaid) => message.kind === kind && resolve())
    })
  const [holding, aborted] = [said('holding'), said('aborted')]
  await said('ready')
  const tasker = await createTasker({ ...order, handlers: heldHandlers(() => undefined), serves: 'none' })
  try {
    const steps = [
      { name: 'held', handler: { callable: 'hold' } },
      { name: 'after', dependencies: ['held'], handler: { callable: 'plain' } },
    ]
    const template = await tasker.template({ name: 'held', namespace_name: NAMESPACE, steps })
    const task = await tasker.tasks.create(template, { hold: true })
    await holding
    await tasker.tasks.cancel(task.id, { actor: 'ada', reason: 'changed my mind' })
    const { status, steps: after } = await task.view()
    assert.equal([status, after.held?.state, after.after?.state], ['cancelled', 'cancelled', 'pending'])
    await aborted
    assert.is((await (await tasker.tasks.create(template, {})).result()).status, 'complete')
    const types = (await tasker.log.readStream(`task-${task.id}`, 0)).map(({ type }) => type)
    assert.not.ok(types.includes('step-completed') || types.includes('step-lost'))
  } finally {
    const exited = once(worker, 'exit')
    worker.disconnect()
    await exited
    await tasker.close()
    await database.drop()
  }
})

test.run()
