/**
 * How this folder talks to Postgres: client settings, types as the log wants them, and the difference between a
 * statement that the database refused and a database that is not there.
 */
import pg from 'pg'
import {
  DATABASE_CONNECT_TIMEOUT_MS,
  DATABASE_IDLE_TRANSACTION_TIMEOUT_MS,
  DATABASE_LOCK_TIMEOUT_MS,
  DATABASE_STATEMENT_TIMEOUT_MS,
} from '../core/limits.js'
import { loadStatements, type Statement } from '../sql.js'

const SQL = loadStatements('src/log/connection.sql', ['setTimeouts', 'steadyPlans', 'forPages', 'ping'])

const INT8 = 20
const TIMESTAMPTZ = 1184

/** Thrown when the database cannot be reached within our patience; what it was asked may or may not have happened. */
export class LogUnreachable extends Error {
  readonly code = 'log_unreachable'
  constructor(message: string, cause: unknown) {
    super(message, { cause })
    this.name = 'LogUnreachable'
  }
}

/** Thrown to whoever still asks a log that was closed. */
export class LogClosed extends Error {
  readonly code = 'log_closed'
  constructor() {
    super('the event log is closed')
    this.name = 'LogClosed'
  }
}

/** Settings of every client. Positions, versions and times fit a double, so a bigint is read as a number. */
export const clientConfig = (connectionString: string): pg.ClientConfig => ({
  connectionString,
  connectionTimeoutMillis: DATABASE_CONNECT_TIMEOUT_MS,
  keepAlive: true,
  // A host that vanished answers nothing, not even its own time-outs.
  query_timeout: DATABASE_LOCK_TIMEOUT_MS + DATABASE_STATEMENT_TIMEOUT_MS,
  types: {
    getTypeParser: (oid: number, format?: 'text' | 'binary') =>
      oid === INT8 ? Number : pg.types.getTypeParser(oid, format ?? 'text'),
  },
})

/** The same, with times as the log writes them: to the microsecond, which a `Date` does not hold. */
export const pageConfig = (connectionString: string): pg.ClientConfig => {
  const config = clientConfig(connectionString)
  const { types } = config
  return {
    ...config,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === TIMESTAMPTZ ? isoTime : (types?.getTypeParser(oid, format) ?? String),
    },
  }
}

/** Of a session in UTC: `2026-01-01 00:00:00.5+00`. */
const isoTime = (text: string): string => {
  const [date = '', time = ''] = text.replace(/\+00$/, '').split(' ')
  const [seconds = '', fraction = ''] = time.split('.')
  return `${date}T${seconds}.${fraction.padEnd(6, '0')}Z`
}

type Queryable = pg.Client | pg.PoolClient | pg.Pool

/** Runs a statement, prepared under its name. */
export const run = async <Row extends pg.QueryResultRow>(
  database: Queryable,
  { name, text }: Statement,
  values: ReadonlyArray<unknown>,
): Promise<ReadonlyArray<Row>> => (await database.query<Row>({ name, text, values: [...values] })).rows

export const setTimeouts = async (client: pg.ClientBase, application: string): Promise<void> => {
  await client.query(SQL.setTimeouts.text, [
    application,
    `${DATABASE_LOCK_TIMEOUT_MS}`,
    `${DATABASE_STATEMENT_TIMEOUT_MS}`,
    `${DATABASE_IDLE_TRANSACTION_TIMEOUT_MS}`,
  ])
}

export const setSteadyPlans = async (client: pg.Client): Promise<void> => {
  await client.query(SQL.steadyPlans.text)
}

export const setPageSettings = async (client: pg.ClientBase): Promise<void> => {
  await client.query(SQL.forPages.text)
}

export const PING = SQL.ping

/** True for an error after which the connection is gone, or was never there. */
export const isConnectionLoss = (error: unknown): boolean => {
  if (!(error instanceof pg.DatabaseError)) return !(error instanceof LogClosed)
  const code = error.code ?? ''
  return code.startsWith('08') || code.startsWith('57P') || code === '53300'
}

/** True for an error that comes of the moment: nothing was stored, and the same statement may pass in a while. */
export const isPassing = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && ['40001', '40P01', '55P03', '57014'].includes(error.code ?? '')

/** The name of what a value violated (its constraint, else its SQLSTATE), or undefined where no value is at fault. */
export const violationOf = (error: unknown): string | undefined => {
  if (!(error instanceof pg.DatabaseError)) return undefined
  const code = error.code ?? ''
  const isOfTheData = ['21', '22', '23', '54'].some((kind) => code.startsWith(kind)) || code === 'P0001'
  return isOfTheData ? (error.constraint ?? code) : undefined
}
