/**
 * `npm run chaos [-- --seed N --seconds 120 --tasks 500]`: the fleet under fire in full. Prints the seed and what
 * happened; the exit code is 1 where something is not as the model said.
 */
import { parseArgs } from 'node:util'
import { startServices } from '../../scripts/testing/services.js'
import { migrate } from '../../src/log/schema.js'
import { freshDatabase } from '../support/postgres.js'
import { testRedis } from '../support/redis.js'
import { reportLines, runChaos } from './run-chaos.js'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    seconds: { type: 'string', default: '120' },
    tasks: { type: 'string', default: '500' },
  },
})

const numberOf = (name: keyof typeof values): number => {
  const number = Number(values[name])
  if (Number.isSafeInteger(number) && number > 0) return number
  process.stderr.write(`--${name} must be a whole number from 1, not ${values[name]}\n`)
  process.exit(2)
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const given = { seed: numberOf('seed'), seconds: numberOf('seconds'), tasks: numberOf('tasks') }
const services = await startServices()
try {
  Object.assign(process.env, services.environment)
  const database = await freshDatabase()
  await migrate(database.url)
  const { url: redisUrl, prefix: queuePrefix } = testRedis()
  const options = { ...given, databaseUrl: database.url, redisUrl, queuePrefix, say }
  const report = await runChaos(options)
  for (const line of reportLines(options, report)) say(line)
  const { killed, lost, findings } = report
  const isQuiet = killed.engine === 0 || killed.worker === 0 || lost === 0
  if (isQuiet) say('WRONG: nobody of importance was killed, so this has proven nothing')
  if (isQuiet || findings.length > 0) process.exitCode = 1
  await database.dropSpoilt()
} catch (error) {
  say(`seed ${given.seed}: ${error instanceof Error ? error.stack : String(error)}`)
  process.exitCode = 1
} finally {
  await services.stop()
}
