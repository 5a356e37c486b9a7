/** Counts for whoever looks after the installation. They are read when somebody asks, never while work is done. */
import { STANDING_ROWS } from '../core/limits.js'
import type { DueKind, Log } from '../ports/log.js'
import { loadStatements } from '../sql.js'
import type { Reader } from './reader.js'

const SQL = loadStatements('src/log/standing.sql', ['dueByKind', 'openTasksByStatus', 'inboxRows'])

export const DUE_KINDS: ReadonlyArray<DueKind> = ['queue', 'retry', 'timer', 'gate', 'deadline', 'abort', 'command']

interface DueCount {
  readonly kind: DueKind
  readonly rows: number
  readonly earliest: number | null
}

export const standingReads = (reader: Reader, sessions: Pick<Log, 'liveSessions'>): Pick<Log, 'standing'> => ({
  standing: async (nowMs) => {
    const [due, tasks, inbox, live] = await Promise.all([
      reader.query<DueCount>(SQL.dueByKind, [DUE_KINDS, STANDING_ROWS]),
      reader.query<{ readonly status: string; readonly count: number }>(SQL.openTasksByStatus, [STANDING_ROWS]),
      reader.query<{ readonly rows: number }>(SQL.inboxRows, [STANDING_ROWS]),
      sessions.liveSessions(),
    ])
    return {
      due: due.map(({ kind, rows, earliest }) => ({ kind, rows, oldestLateMs: lateBy(earliest, nowMs) })),
      tasks,
      inboxRows: inbox[0]?.rows ?? 0,
      sessions: live.length,
    }
  },
})

export const lateBy = (dueAtMs: number | null | undefined, nowMs: number): number =>
  dueAtMs === null || dueAtMs === undefined ? 0 : Math.max(0, nowMs - dueAtMs)
