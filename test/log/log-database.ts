/** A migrated throwaway database for one test file, and logs on it. */
import * as E from 'fp-ts/lib/Either.js'
import pg from 'pg'
import { createPostgresLog } from '../../src/log/postgres-log.js'
import { migrate } from '../../src/log/schema.js'
import type { Log } from '../../src/ports/log.js'
import { type FreshDatabase, freshDatabase } from '../support/postgres.js'

export const migratedDatabase = async (): Promise<FreshDatabase> => {
  const database = await freshDatabase()
  await migrate(database.url)
  return database
}

export const openLog = async (url: string): Promise<Log> => {
  const opened = await createPostgresLog({ connectionString: url })
  if (E.isLeft(opened)) throw new Error(opened.left.message)
  return opened.right
}

/** Runs with a client of the test's own. */
export const withClient = async <A>(url: string, body: (client: pg.Client) => Promise<A>): Promise<A> => {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await body(client)
  } finally {
    await client.end()
  }
}
