/** The Postgres queue keeps the contract in a database of its own beside the log's. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createPostgresQueue } from '../../src/queue/postgres-queue.js'
import { QueueFault } from '../../src/queue/queue-fault.js'
import { freshDatabase } from '../support/postgres.js'
import { until } from '../support/until.js'
import { hint, type OpenedQueue, queueContract } from './contract.js'
import { handingOnContract } from './handing-on-contract.js'
import { freePort } from './redis-server.js'
import { dropQueueDatabase, onServer, queueDatabaseName } from './server.js'

const test = suite('Postgres queue')

const open = async (url: string): Promise<OpenedQueue> => {
  const faults: Error[] = []
  return { queue: await createPostgresQueue({ url, onFault: (fault) => faults.push(fault) }), faults }
}

/** One database for the whole file; the queues in it have names of their own. */
const database = freshDatabase()
database.catch(() => undefined)

test.after(async () => {
  const { url, drop } = await database
  await dropQueueDatabase(url)
  await drop()
})

queueContract(test, async () => open((await database).url))
handingOnContract(test, async () => open((await database).url))

test('its database is made where it is missing, by several processes at once', async () => {
  const { url, drop } = await freshDatabase()
  const name = queueDatabaseName(url)
  try {
    const opened = await Promise.all([open(url), open(url), open(url)])
    assert.is(await onServer('select from pg_database where datname = $1', [name]), 1)
    await Promise.all(opened.map(({ queue }) => queue.close()))
  } finally {
    await dropQueueDatabase(url)
    await drop()
  }
})

test('a Postgres that is not there is queue_unreachable, without the password in the message', async () => {
  const url = `postgres://someone:hidden@127.0.0.1:${await freePort()}/tasker`
  try {
    await createPostgresQueue({ url })
    assert.unreachable()
  } catch (error) {
    assert.instance(error, QueueFault)
    assert.is(error instanceof QueueFault && error.code, 'queue_unreachable')
    assert.not.match(String(error), 'hidden')
  }
})

test('a consumer whose connections were cut goes on', async () => {
  const { url } = await database
  const { queue } = await open(url)
  const handled: number[] = []
  const consumer = await queue.consume('cut', 2, async (one) => void handled.push(one.step))
  await queue.send('cut', [hint(1)])
  await until('the first hint is handled', () => handled.includes(1))
  const name = queueDatabaseName(url)
  const cut = await onServer('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
  assert.ok(cut > 0)
  await until('a hint sent after the cut is handled', async () => {
    await queue.send('cut', [hint(2)]).catch(() => undefined)
    return handled.includes(2)
  })
  await consumer.close()
  await queue.close()
})

test.run()
