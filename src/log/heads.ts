/** Where each stream stands, and who owns an identity. */
import type { Log, StoredHead } from '../ports/log.js'
import { loadStatements } from '../sql.js'
import type { Reader } from './reader.js'

const SQL = loadStatements('src/log/heads.sql', ['head', 'heads', 'openHeads', 'findByIdentity'])

interface HeadRow {
  readonly stream: string
  readonly version: number
  readonly hash: string
  readonly status: string
  readonly namespace: string
  readonly template: string
  readonly open: boolean
  readonly holders: ReadonlyArray<string>
}

export const headReads = (reader: Reader): Pick<Log, 'head' | 'heads' | 'findByIdentity'> => ({
  head: async (stream) => {
    const [row] = await reader.query<HeadRow>(SQL.head, [stream])
    return row === undefined ? undefined : storedHead(row)
  },
  heads: async ({ open, status, after, limit }) => {
    const rows =
      open === true
        ? await reader.query<HeadRow>(SQL.openHeads, [status ?? null, after ?? null, limit])
        : await reader.query<HeadRow>(SQL.heads, [open ?? null, status ?? null, after ?? null, limit])
    return rows.map(storedHead)
  },
  findByIdentity: async (key) => (await reader.query<{ stream: string }>(SQL.findByIdentity, [key]))[0]?.stream,
})

const storedHead = (row: HeadRow): StoredHead => ({ ...row, holders: row.holders.map(Number) })
