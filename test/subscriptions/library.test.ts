/** A program's own view: a task runs, and its events reach a subscriber with a name, typed and in one transaction. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createTasker, defineHandler } from '../../src/main.js'
import { migratedDatabase, withClient } from '../log/log-database.js'
import { testRedis } from '../support/redis.js'
import { Heard } from './story.js'

const test = suite('subscribing by the library')

test('the steps of a task are applied as they complete, and nothing else is', async () => {
  const { url, drop } = await migratedDatabase()
  const double = defineHandler({
    name: 'double',
    summary: 'Doubles a number.',
    run: () => 42,
  })
  const redis = testRedis()
  const tasker = await createTasker({
    databaseUrl: url,
    redisUrl: redis.url,
    queuePrefix: redis.prefix,
    handlers: [double],
  })
  await withClient(url, (client) => client.query('create table results (task text, step text)'))
  const heard = new Heard<string>()
  const options = { name: 'results', types: ['step-completed'], order: 'task', transactional: true } as const
  await tasker.subscribe(options, async ({ task, data }, { client }) => {
    await client.query('insert into results values ($1, $2)', [task, data.step])
    heard.say(data.step)
  })
  const template = await tasker.template({
    name: 'doubling',
    namespace_name: 'default',
    version: '1.0.0',
    steps: ['a', 'b', 'c'].map((name) => ({ name, handler: { callable: 'double' } })),
  })
  const task = await tasker.tasks.create(template, { n: 21 })
  assert.is((await task.result()).status, 'complete')
  await heard.count(3)
  const [status] = await tasker.subscriptions.list()
  assert.equal([status?.name, status?.members], ['results', 1])
  await tasker.close()
  const { rows } = await withClient(url, (client) => client.query('select task, step from results order by step'))
  assert.equal(
    rows,
    ['a', 'b', 'c'].map((step) => ({ task: task.id, step })),
  )
  await drop()
})

test.run()
