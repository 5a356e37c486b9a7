/** A queue that is opened when it is needed keeps the contract, and asks nothing of those who never need it. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { migrate } from '../../src/log/schema.js'
import { createTasker } from '../../src/main.js'
import { type Logger, silentLogger } from '../../src/ports/logger.js'
import type { Queue } from '../../src/ports/queue.js'
import { createMemoryQueue } from '../../src/queue/memory-queue.js'
import { queueWhenNeeded } from '../../src/queue/queue-when-needed.js'
import { freshDatabase } from '../support/postgres.js'
import { hint, queueContract } from './contract.js'

const test = suite('a queue that is opened when it is needed')

queueContract(test, async () => {
  const faults: Error[] = []
  return { queue: queueWhenNeeded(async () => createMemoryQueue((fault) => faults.push(fault))), faults }
})

test('nobody opens it before it is used, all who use it have the same, and an opening that failed is tried again', async () => {
  let openings = 0
  const store = createMemoryQueue()
  const queue: Queue = queueWhenNeeded(async () => {
    openings += 1
    if (openings === 1) throw new Error('it is away')
    return store
  })
  assert.is(openings, 0)
  const failed = await queue.send('default', [hint(1)]).then(
    () => undefined,
    (error: Error) => error.message,
  )
  assert.is(failed, 'it is away')
  await Promise.all([queue.send('default', [hint(1)]), queue.send('default', [hint(2)])])
  assert.equal([openings, await store.depth('default')], [2, 2])
  await queue.close()
})

test('one that was never used is closed without being opened', async () => {
  await queueWhenNeeded(() => Promise.reject(new Error('it was opened'))).close()
})

test('who only asks needs no queue: a task is created while Redis is away, and that its hint is not sent is told', async () => {
  const database = await freshDatabase()
  await migrate(database.url)
  const warnings: string[] = []
  const logger: Logger = { ...silentLogger, warn: (message) => void warnings.push(message) }
  const options = { databaseUrl: database.url, redisUrl: 'redis://127.0.0.1:1', logger }
  const refused = await createTasker(options).then(
    () => undefined,
    (error: Error & { code?: string }) => error.code,
  )
  assert.is(refused, 'queue_unreachable')
  const tasker = await createTasker({ ...options, serves: 'none', sweeps: false })
  const template = await tasker.template({
    name: 'welcome',
    namespace_name: 'default',
    version: '1.0.0',
    steps: [{ name: 'wait', handler: { callable: 'catalog:wait', initialization: { seconds: 1 } } }],
  })
  const task = await tasker.tasks.create(template, {})
  assert.is((await task.view()).status, 'pending')
  await tasker.close()
  assert.ok(warnings.includes('hints could not be sent; the sweeper will send them'), warnings.join('; '))
  await database.drop()
})

test.run()
