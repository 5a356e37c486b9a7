/**
 * The inbox: commands that a user's own transaction leaves for the engine, so that they hold exactly when that
 * transaction commits. An append removes the rows that its events consume.
 */
import type pg from 'pg'
import type { InboxRow, Log } from '../ports/log.js'
import { run } from './database.js'
import { loadStatements } from './sql.js'

const SQL = loadStatements('src/log/inbox.sql', ['readInbox', 'createInboxRow'])

export const inboxReads = (pool: pg.Pool): Pick<Log, 'inbox'> => ({
  inbox: (limit) => run<InboxRow & pg.QueryResultRow>(pool, SQL.readInbox, [limit]),
})

/** As much of a user's `pg` client, pool client or transaction as is needed here. */
export interface InboxClient {
  query(text: string, values: unknown[]): Promise<{ readonly rows: ReadonlyArray<{ readonly id: unknown }> }>
}

/**
 * Leaves a command in the inbox by a user's own client; it takes effect when that client's transaction commits.
 * Resolves to the row's id.
 */
export const createInboxRow = async (client: InboxClient, row: Omit<InboxRow, 'id'>): Promise<number> => {
  const { rows } = await client.query(SQL.createInboxRow.text, [row.kind, row.stream, row.data])
  return Number(rows[0]?.id)
}
