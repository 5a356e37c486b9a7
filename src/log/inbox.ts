/**
 * The inbox: commands that a user's own transaction leaves for the engine, so that they hold exactly when that
 * transaction commits. An append removes the rows that its events consume.
 */
import type pg from 'pg'
import type { InboxClient, InboxRow, Log } from '../ports/log.js'
import { loadStatements } from '../sql.js'
import type { Reader } from './reader.js'
import { jsonTextFault, textFaultMessage } from './stored-text.js'

const SQL = loadStatements('src/log/inbox.sql', ['readInbox', 'dropInbox', 'createInboxRow'])

export const inboxReads = (reader: Reader): Pick<Log, 'inbox' | 'dropInbox'> => ({
  inbox: (limit, after = 0) => reader.query<InboxRow & pg.QueryResultRow>(SQL.readInbox, [limit, after]),
  dropInbox: async (ids) => {
    await reader.query(SQL.dropInbox, [ids])
  },
})

/**
 * Leaves a command in the inbox by a user's own client; it takes effect when that client's transaction commits.
 * Resolves to the row's id; throws on text that cannot be stored as it is (NUL, half of a surrogate pair).
 */
export const createInboxRow = async (client: InboxClient, row: Omit<InboxRow, 'id'>): Promise<number> => {
  const fault = jsonTextFault(row.data)
  if (fault !== undefined) throw new Error(textFaultMessage(fault, `a command for the inbox (${row.kind})`))
  const { rows } = await client.query(SQL.createInboxRow.text, [row.kind, row.stream, row.data])
  return Number(rows[0]?.id)
}
