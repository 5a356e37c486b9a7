/** Two processes on one database, either of which may lead: one task a tick, for real. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { migrate } from '../../src/log/schema.js'
import { createTasker } from '../../src/main.js'
import { freshDatabase } from '../support/postgres.js'
import { testRedis } from '../support/redis.js'
import { until } from '../support/until.js'
import { heldHandlers } from './held-handlers.js'

const test = suite('schedules of two processes')

const TICKS = 4

test('each second becomes one task, also when the leader leaves', async () => {
  const database = await freshDatabase()
  await migrate(database.url)
  const { url: redisUrl, prefix: queuePrefix } = testRedis()
  const options = { databaseUrl: database.url, redisUrl, queuePrefix, handlers: heldHandlers(() => undefined) }
  const [first, second] = await Promise.all([createTasker(options), createTasker(options)])
  const steps = [{ name: 'a', handler: { callable: 'plain' } }]
  await first.templates.register({ name: 'ticked', version: '1.0.0', steps }, { actor: 'ada' })
  await first.schedules.add({ name: 'often', cron: '* * * * * *', template: { name: 'ticked' } }, { actor: 'ada' })
  const tasks = () => second.log.heads({ limit: 100 })
  await until('the first tasks', async () => (await tasks()).length >= TICKS / 2)
  await first.close()
  await until('the others', async () => (await tasks()).length >= TICKS)
  await second.schedules.pause('often', { actor: 'ada' })

  const created = (await second.log.readAll(0, 1_000)).filter(({ type }) => type === 'task-created')
  const seconds = created.map(
    ({ data }) => Date.parse(JSON.parse(data).identity.slice('schedule:often:'.length)) / 1_000,
  )
  const sorted = seconds.toSorted((left, right) => left - right)
  assert.equal(
    sorted,
    sorted.map((_, index) => (sorted[0] ?? 0) + index),
  )
  await until('they have run', async () => (await tasks()).every(({ status }) => status === 'complete'))
  await second.close()
  await database.drop()
})

test.run()
