/**
 * The Postgres back end, for an installation without Redis. The queue has a database of its own beside the log's,
 * because it writes and notifies much, and because it may be dropped at any time: hints are made again from the log.
 * For the same reason its commits do not wait for the disk.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  Queue as BullMqQueue,
  createPostgresBackend,
  PostgresConnection,
  type PostgresPoolConfig,
  Worker,
} from 'bullmq'
import { MAX_QUEUE_CONNECTIONS, QUEUE_FAULT_QUIET_MS, QUEUE_TIMEOUT_MS } from '../core/limits.js'
import { packageRoot } from '../package-root.js'
import type { Queue } from '../ports/queue.js'
import { createBullQueue } from './bull-queue.js'
import { inTime } from './in-time.js'
import { type FaultListener, oncePerOutage, QueueFault, unreachable, withoutSecrets } from './queue-fault.js'

export interface PostgresQueueOptions {
  /** The log's database; the queue's is `<name>_queue` on the same server, made where it is missing. */
  readonly url: string
  readonly onFault?: FaultListener
}

/**
 * Creates the queue's database where it is missing, brings BullMQ's schema up to date, and resolves when it can be
 * used. Throws a `QueueFault`: `queue_unreachable`, or `queue_refused` where the role may not create the database.
 */
export const createPostgresQueue = async (options: PostgresQueueOptions): Promise<Queue> => {
  const url = queueDatabaseUrl(options.url)
  const address = withoutSecrets(url)
  const onFault = oncePerOutage(options.onFault ?? (() => undefined), QUEUE_FAULT_QUIET_MS)
  const connection = configOf(url)
  try {
    await migrate(options.url, url)
  } catch (error) {
    throw refusal(address, error) ?? unreachable(address, error)
  }
  return createBullQueue(
    {
      address,
      openProducer: (name) => new BullMqQueue(name, { connection }, createPostgresBackend),
      openWorker: (name, processor, settings) => {
        const worker = new Worker(name, processor, { ...settings, connection }, createPostgresBackend)
        // A pool holds nothing back: its commands fail while the server is down.
        return { worker, giveUp: async () => undefined, cut: () => worker.disconnect() }
      },
      // A pool has no state to ask; a server that is down refuses the next connection at once.
      isUp: () => true,
      onLost: () => () => undefined,
      close: async () => undefined,
    },
    onFault,
  )
}

/** Postgres cuts a name at 63 bytes, and two names cut alike would be one database. */
const MAX_NAME_BYTES = 63
const SUFFIX = '_queue'

export const queueDatabaseUrl = (logUrl: string): string => {
  const url = new URL(logUrl)
  const name = decodeURIComponent(url.pathname.slice(1)) || decodeURIComponent(url.username) || 'postgres'
  if (Buffer.byteLength(name) + SUFFIX.length > MAX_NAME_BYTES) {
    throw new QueueFault('queue_refused', `the database name ${name} is too long for a queue beside it: shorten it`)
  }
  url.pathname = `/${encodeURIComponent(`${name}${SUFFIX}`)}`
  return url.href
}

const configOf = (url: string): PostgresPoolConfig => ({
  connectionString: url,
  max: MAX_QUEUE_CONNECTIONS,
  connectionTimeoutMillis: QUEUE_TIMEOUT_MS,
  keepAlive: true,
  options: '-c synchronous_commit=off',
})

const migrate = async (logUrl: string, url: string): Promise<void> => {
  if (!(await databaseExists(url))) await createDatabase(logUrl, url)
  await withConnection({ ...configOf(url), max: 1, migrate: true }, (connection) =>
    inTime(connection.waitUntilReady(), withoutSecrets(url)),
  )
}

const databaseExists = (url: string): Promise<boolean> =>
  withConnection({ ...configOf(url), max: 1 }, async ({ pool }) => {
    try {
      await pool.query(statement('ping'))
      return true
    } catch (error) {
      if (sqlState(error) === INVALID_CATALOG_NAME) return false
      throw error
    }
  })

const createDatabase = (logUrl: string, url: string): Promise<void> =>
  withConnection({ ...configOf(logUrl), max: 1 }, async ({ pool }) => {
    const name = decodeURIComponent(new URL(url).pathname.slice(1))
    const { rows } = await pool.query<{ statement: string }>(statement('createDatabase'), [name])
    for (const row of rows) {
      await pool.query(row.statement).catch((error: unknown) => {
        // Another process made it in the meantime.
        if (sqlState(error) !== DUPLICATE_DATABASE && sqlState(error) !== UNIQUE_VIOLATION) throw error
      })
    }
  })

const withConnection = async <A>(
  config: PostgresPoolConfig,
  use: (connection: PostgresConnection) => Promise<A>,
): Promise<A> => {
  const connection = new PostgresConnection(config)
  try {
    return await use(connection)
  } finally {
    await connection.close()
  }
}

const INVALID_CATALOG_NAME = '3D000'
const DUPLICATE_DATABASE = '42P04'
const UNIQUE_VIOLATION = '23505'
const REFUSALS: ReadonlyArray<string> = ['42501', '28P01', '28000', '42P06']

const sqlState = (error: unknown): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined

const refusal = (address: string, error: unknown): QueueFault | undefined => {
  const cause = error instanceof QueueFault ? error.cause : error
  if (!REFUSALS.includes(String(sqlState(cause))) || !(cause instanceof Error)) return undefined
  return new QueueFault(
    'queue_refused',
    `the queue's database ${address} cannot be prepared (${cause.message}); create it for this role, or set REDIS_URL`,
    { cause },
  )
}

const statement = (name: string): string => {
  const text = readFileSync(join(packageRoot, 'src/queue/queue.sql'), 'utf8')
  const found = text.split(/^-- name: /m).find((part) => part.startsWith(`${name}\n`))
  if (found === undefined) throw new Error(`queue.sql has no statement ${name}`)
  return found.slice(name.length)
}
