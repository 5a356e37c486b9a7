/** What has to happen at a time. Rows are written and removed by appends alone. */
import type { DueKind, DuePlace, Log } from '../ports/log.js'
import { loadStatements } from '../sql.js'
import type { Reader } from './reader.js'

const SQL = loadStatements('src/log/due.sql', ['dueBefore', 'nextDue'])

interface DueEntryRow {
  readonly stream: string
  readonly key: string
  readonly kind: DueKind
  readonly due_at: number
  readonly target: string | null
  readonly priority: number
  readonly data: string
}

const BEFORE_ALL: DuePlace = { dueAt: -1, stream: '', key: '' }

export const dueReads = (reader: Reader): Pick<Log, 'dueBefore' | 'nextDue'> => ({
  dueBefore: async (nowMs, kinds, limit, after = BEFORE_ALL) => {
    const values = [kinds, Math.floor(nowMs), limit, after.dueAt, after.stream, after.key]
    const rows = await reader.query<DueEntryRow>(SQL.dueBefore, values)
    return rows.map(({ due_at, ...row }) => ({ ...row, dueAt: due_at }))
  },
  nextDue: async (kinds) =>
    (await reader.query<{ due_at: number | null }>(SQL.nextDue, [kinds]))[0]?.due_at ?? undefined,
})
