/** What has to happen at a time. Rows are written and removed by appends alone. */
import type pg from 'pg'
import type { DueKind, Log } from '../ports/log.js'
import { run } from './database.js'
import { loadStatements } from './sql.js'

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

export const dueReads = (pool: pg.Pool): Pick<Log, 'dueBefore' | 'nextDue'> => ({
  dueBefore: async (nowMs, kinds, limit) =>
    (await run<DueEntryRow>(pool, SQL.dueBefore, [kinds, Math.floor(nowMs), limit])).map(({ due_at, ...row }) => ({
      ...row,
      dueAt: due_at,
    })),
  nextDue: async (kinds) => (await run<{ due_at: number | null }>(pool, SQL.nextDue, [kinds]))[0]?.due_at ?? undefined,
})
