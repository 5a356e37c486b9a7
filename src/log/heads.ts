/** Where each stream stands, and who owns an identity. */
import type pg from 'pg'
import type { Log, StoredHead } from '../ports/log.js'
import { run } from './database.js'
import { loadStatements } from './sql.js'

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

export const headReads = (pool: pg.Pool): Pick<Log, 'head' | 'heads' | 'findByIdentity'> => ({
  head: async (stream) => {
    const [row] = await run<HeadRow>(pool, SQL.head, [stream])
    return row === undefined ? undefined : storedHead(row)
  },
  heads: async ({ open, status, after, limit }) => {
    const rows =
      open === true
        ? await run<HeadRow>(pool, SQL.openHeads, [status ?? null, after ?? null, limit])
        : await run<HeadRow>(pool, SQL.heads, [open ?? null, status ?? null, after ?? null, limit])
    return rows.map(storedHead)
  },
  findByIdentity: async (key) => (await run<{ stream: string }>(pool, SQL.findByIdentity, [key]))[0]?.stream,
})

const storedHead = (row: HeadRow): StoredHead => ({ ...row, holders: row.holders.map(Number) })
