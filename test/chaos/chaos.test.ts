/** The fleet under fire, in short; in full it is `npm run chaos`. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { migrate } from '../../src/log/schema.js'
import { freshDatabase } from '../support/postgres.js'
import { testRedis } from '../support/redis.js'
import { reportLines, runChaos } from './run-chaos.js'

const test = suite('a fleet under fire')

test('engines and workers are killed all the time, and every task ends as the model says', async () => {
  const database = await freshDatabase()
  await migrate(database.url)
  const { url: redisUrl, prefix: queuePrefix } = testRedis()
  const options = { seed: 7, seconds: 12, tasks: 60, databaseUrl: database.url, redisUrl, queuePrefix }
  const report = await runChaos(options)
  const told = reportLines(options, report).join('\n')
  assert.equal(report.findings, [], told)
  assert.is(
    Object.values(report.ends).reduce((sum, count) => sum + count, 0),
    options.tasks,
  )
  assert.ok((report.ends.complete ?? 0) > 0 && (report.ends.blocked ?? 0) > 0, told)
  assert.ok(report.killed.engine > 0 && report.killed.worker > 0, told)
  assert.ok(report.lost > 0, `nobody was killed in the middle of an attempt: ${told}`)
  assert.ok(report.votes > 0, told)
  await database.drop()
})

test.run()
