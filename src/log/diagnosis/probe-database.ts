/**
 * Looks at a database without changing it: its version, its durability, its schema, and whether one connection is one
 * session. A pooler that hands out connections by transaction breaks locks, LISTEN and prepared statements, and does so
 * only under load, so it has to be caught out here.
 */
import pg from 'pg'
import { DATABASE_CONNECT_TIMEOUT_MS, PROBE_TIMEOUT_MS } from '../../core/limits.js'
import { loadStatements } from '../../sql.js'
import { checkSchema } from '../schema.js'
import { type ConnectionTrouble, connectionTrouble } from './connection-trouble.js'

const SQL = loadStatements('src/log/diagnosis/probe.sql', ['look', 'activeKeys', 'backend', 'begin', 'rollback'])

export type DatabaseState =
  | { readonly reachable: false; readonly trouble: ConnectionTrouble }
  | {
      readonly reachable: true
      /** As `180004`. */
      readonly version: number
      readonly pooling: 'session' | 'transaction'
      readonly fsync: boolean
      readonly synchronousCommit: boolean
      readonly schema: { readonly here: number; readonly known: number }
      /** API keys that open something; absent where the schema is of another version. */
      readonly activeKeys?: number
      /** How far its clock is ahead of this machine's, give or take the half of an answer's way. */
      readonly clockAheadMs: number
      /** Whether this user may make what migrations make. */
      readonly mayMigrate: boolean
      /** Whether BullMQ's Postgres backend has its database beside this one, or may make it. */
      readonly mayQueue: boolean
    }

/** Throws only for what is neither a state of the database nor a reason that it cannot be reached. */
export const probeDatabase = async (url: string): Promise<DatabaseState> => {
  try {
    return await withClient(url, async (client) => {
      const askedAtMs = Date.now()
      const { rows } = await client.query<Look>(SQL.look.text)
      const heardAtMs = Date.now()
      const [look] = rows
      if (look === undefined) throw new Error('the database answered with nothing')
      const pooling = await poolingOf(url, client, look.backend)
      const state = await checkSchema(url)
      const keys = state.kind === 'current' ? await client.query<{ keys: number }>(SQL.activeKeys.text) : undefined
      return {
        reachable: true,
        ...(keys === undefined ? {} : { activeKeys: keys.rows[0]?.keys ?? 0 }),
        version: look.version,
        clockAheadMs: aheadOf(askedAtMs, heardAtMs, Math.floor(look.now_ms)),
        pooling,
        fsync: look.fsync === 'on',
        synchronousCommit: look.synchronous_commit !== 'off',
        mayMigrate: look.may_create_schema,
        mayQueue: look.has_queue_database || look.may_create_database,
        schema: { here: state.number, known: state.kind === 'current' ? state.number : state.expected },
      }
    })
  } catch (error) {
    const trouble = connectionTrouble(url, error)
    if (trouble === undefined) throw error
    return { reachable: false, trouble }
  }
}

/** 0 where it was within the time that the answer took. */
const aheadOf = (askedAtMs: number, heardAtMs: number, theirsMs: number): number =>
  theirsMs > heardAtMs ? theirsMs - heardAtMs : Math.min(0, theirsMs - askedAtMs)

interface Look {
  readonly backend: number
  readonly now_ms: number
  readonly version: number
  readonly fsync: string
  readonly synchronous_commit: string
  readonly may_create_schema: boolean
  readonly may_create_database: boolean
  readonly has_queue_database: boolean
}

/** How many other transactions are held open while the first connection is asked where it is. */
const RIVALS = 4

/**
 * Directly connected, the server itself told us which backend is ours when we connected. A pooler tells something of
 * its own then; by transaction, our next statement lands on another backend as soon as somebody holds the last one.
 */
const poolingOf = async (url: string, client: pg.Client, backend: number): Promise<'session' | 'transaction'> => {
  if (toldBackend(client) === backend) return 'session'
  const rivals: pg.Client[] = []
  try {
    for (let count = 0; count < RIVALS; count++) {
      const rival = new pg.Client(settings(url))
      rival.on('error', () => undefined)
      rivals.push(rival)
      // Where the pool has no connection left for a rival, nothing more can be found out.
      const held = await rival
        .connect()
        .then(() => rival.query(SQL.begin.text))
        .then(() => rival.query<{ backend: number }>(SQL.backend.text))
        .catch(() => undefined)
      if (held === undefined) return 'session'
      if ((await backendOf(client)) !== backend) return 'transaction'
    }
    return 'session'
  } finally {
    for (const rival of rivals) await rival.query(SQL.rollback.text).catch(() => undefined)
    for (const rival of rivals) void rival.end().catch(() => undefined)
  }
}

/** No answer in time means that the rival holds the only backend there is: it is not ours alone. */
const backendOf = async (client: pg.Client): Promise<number | undefined> => {
  try {
    return (await client.query<{ backend: number }>(SQL.backend.text)).rows[0]?.backend
  } catch {
    return undefined
  }
}

/** Which `pg` keeps and its types do not show. */
const toldBackend = (client: pg.Client): unknown => Reflect.get(client, 'processID')

const settings = (url: string): pg.ClientConfig => ({
  connectionString: url,
  connectionTimeoutMillis: DATABASE_CONNECT_TIMEOUT_MS,
  query_timeout: PROBE_TIMEOUT_MS,
  application_name: 'tasker doctor',
})

const withClient = async <A>(url: string, use: (client: pg.Client) => Promise<A>): Promise<A> => {
  const client = new pg.Client(settings(url))
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await use(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}
