/** A process leaves whatever has become of what it works with. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createTasker, defineHandler } from '../../src/main.js'
import { silentLogger } from '../../src/ports/logger.js'
import { migratedDatabase } from '../log/log-database.js'
import { testRedis } from '../support/redis.js'

const test = suite('leaving')

test('a process whose database has gone ends all the same, and says what it had to leave', async () => {
  const { url, dropSpoilt } = await migratedDatabase()
  let began: () => void = () => undefined
  const running = new Promise<void>((resolve) => {
    began = resolve
  })
  const endless = defineHandler({
    name: 'endless',
    run: ({ context: { signal } }) => {
      began()
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    },
  })
  const left: string[] = []
  const warn = (message: string, fields?: Readonly<Record<string, unknown>>): void => {
    if (message === 'a part did not end as it should') left.push(String(fields?.part))
  }
  const redis = testRedis()
  const tasker = await createTasker({
    databaseUrl: url,
    redisUrl: redis.url,
    queuePrefix: redis.prefix,
    handlers: [endless],
    projections: false,
    logger: { ...silentLogger, warn },
  })
  const template = await tasker.template({
    name: 'endless',
    namespace_name: 'default',
    version: '1.0.0',
    steps: [{ name: 'endless', handler: { callable: 'endless' } }],
  })
  await tasker.tasks.create(template, {})
  await running
  await dropSpoilt()
  await tasker.close({ graceMs: 10 })
  assert.ok(left.includes('attempts given back'), left.join(', '))
})

test.run()
