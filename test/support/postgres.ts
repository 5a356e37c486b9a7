/**
 * A throwaway database on the server that DATABASE_URL names, one a test file: nothing is ever truncated, and no two
 * tests see each other. `./scripts/test` provides the server; alone, a test file needs DATABASE_URL in its environment.
 */
import { randomBytes } from 'node:crypto'
import pg from 'pg'

export interface FreshDatabase {
  /** A connection string to an empty database. */
  readonly url: string
  /**
   * The test is done with it. Run by `./scripts/test` it is kept until the file has ended: the runner then holds its
   * projections against a fold of its log, and drops it. Else it is dropped, whoever is still connected.
   */
  drop(): Promise<void>
  /** Drops it at once: what a test has done to it on purpose would be found. */
  dropSpoilt(): Promise<void>
}

export const serverUrl = (): string => {
  const url = process.env.DATABASE_URL
  if (url === undefined || url === '') {
    throw new Error('this test needs a Postgres server: run it through ./scripts/test, or set DATABASE_URL')
  }
  return url
}

export const freshDatabase = async (): Promise<FreshDatabase> => {
  const kept = process.env.TASKER_TEST_DATABASES
  const name = `${kept ?? 'tasker_test_'}${randomBytes(6).toString('hex')}`
  await onServer(`create database ${name} template template0 encoding 'UTF8'`)
  const url = new URL(serverUrl())
  url.pathname = `/${name}`
  const dropSpoilt = () => onServer(`drop database if exists ${name} with (force)`)
  return { url: url.href, drop: kept === undefined ? dropSpoilt : async () => undefined, dropSpoilt }
}

const onServer = async (statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: serverUrl() })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
