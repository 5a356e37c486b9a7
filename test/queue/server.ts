/** Statements on the Postgres server itself, for what a test leaves beside its database. */
import pg from 'pg'
import { queueDatabaseUrl } from '../../src/queue/postgres-queue.js'
import { serverUrl } from '../support/postgres.js'

/** Answers with the number of rows. */
export const onServer = async (statement: string, values: ReadonlyArray<unknown> = []): Promise<number> => {
  const client = new pg.Client({ connectionString: serverUrl() })
  await client.connect()
  try {
    return (await client.query(statement, [...values])).rowCount ?? 0
  } finally {
    await client.end()
  }
}

export const queueDatabaseName = (logUrl: string): string => new URL(queueDatabaseUrl(logUrl)).pathname.slice(1)

export const dropQueueDatabase = async (logUrl: string): Promise<void> => {
  await onServer(`drop database if exists ${queueDatabaseName(logUrl)} with (force)`)
}
