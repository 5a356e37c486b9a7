/** A member that dies in the middle of its first event, after it has acted and before that is written down. */
import { silentLogger } from '../../src/ports/logger.js'
import { createSubscriptions } from '../../src/subscriptions/subscriptions.js'
import { openLog, withClient } from '../log/log-database.js'
import { liveClock } from '../support/live-clock.js'

const [url = '', transactional = ''] = process.argv.slice(2)
const { subscribe } = createSubscriptions({
  log: await openLog(url),
  clock: liveClock,
  logger: silentLogger,
  databaseUrl: url,
})
const die = (): void => void process.kill(process.pid, 'SIGKILL')
const INSERT = 'insert into applied (position) values ($1)'

if (transactional === '') {
  await subscribe({ name: 'mortal', leaseMs: 1_000 }, async ({ position }) => {
    await withClient(url, (client) => client.query(INSERT, [position]))
    die()
  })
} else {
  await subscribe({ name: 'mortal', leaseMs: 1_000, transactional: true }, async ({ position }, { client }) => {
    await client.query(INSERT, [position])
    die()
  })
}
