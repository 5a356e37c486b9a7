/**
 * One of several processes that subscribe to the same log, killed and paused at random by `chaos.test.ts`. What its
 * handlers do they write into tables of their own, so that nothing is known of it but what really happened.
 */
import pg from 'pg'
import { silentLogger } from '../../src/ports/logger.js'
import { createSubscriptions } from '../../src/subscriptions/subscriptions.js'
import { openLog } from '../log/log-database.js'
import { liveClock } from '../support/live-clock.js'

export type MemberSaid =
  | { readonly kind: 'ready' }
  | { readonly kind: 'seen'; readonly positions: ReadonlyArray<number> }

const INSERT = 'insert into applied (name, position, stream, version) values ($1, $2, $3, $4)'
const LEASE_MS = 1_000
/** Of all events, one in so many fails the first time. */
const FAILS_ONE_IN = 50
const RETRY = { maxAttempts: 1_000, baseMs: 10, capMs: 50 } as const

const [url = ''] = process.argv.slice(2)
const log = await openLog(url)
const { subscribe, close } = createSubscriptions({ log, clock: liveClock, logger: silentLogger, databaseUrl: url })

const failsNow = (position: number, attempt: number): boolean => attempt === 1 && position % FAILS_ONE_IN === 0

const positions: number[] = []
await subscribe({ from: 'start' }, ({ position }) => void positions.push(position))

for (const order of ['position', 'task'] as const) {
  const name = `exactly once by ${order}`
  const options = { name, order, transactional: true, leaseMs: LEASE_MS, retry: RETRY } as const
  await subscribe(options, async ({ position, stream, version }, { client, attempt }) => {
    await client.query(INSERT, [name, position, stream, version])
    if (failsNow(position, attempt)) throw new Error('once')
  })
}

const pool = new pg.Pool({ connectionString: url })
pool.on('error', () => undefined)
const name = 'at least once by task'
await subscribe(
  { name, order: 'task', leaseMs: LEASE_MS, retry: RETRY },
  async ({ position, stream, version }, { attempt }) => {
    if (failsNow(position, attempt)) throw new Error('once')
    await pool.query(INSERT, [name, position, stream, version])
  },
)

const say = (message: MemberSaid): void => void process.send?.(message)
process.on('message', () => say({ kind: 'seen', positions }))
say({ kind: 'ready' })
await new Promise((resolve) => process.once('disconnect', resolve))
await close({ graceMs: 1_000 })
await Promise.all([pool.end(), log.close()])
