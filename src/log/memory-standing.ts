/** The counts of the log in memory. */
import type { Clock } from '../ports/clock.js'
import type { Standing } from '../ports/standing.js'
import type { MemoryStore } from './memory-store.js'
import { DUE_KINDS, lateBy } from './standing.js'

export const standingInMemory = (store: MemoryStore, clock: Clock, nowMs: number): Standing => {
  const rows = [...store.due.values()].flatMap((ofStream) => [...ofStream.values()])
  const statuses = [...store.heads.values()].filter(({ open }) => open).map(({ status }) => status)
  return {
    due: DUE_KINDS.map((kind) => {
      const times = rows.filter((row) => row.kind === kind).map(({ dueAt }) => dueAt)
      return { kind, rows: times.length, oldestLateMs: times.length === 0 ? 0 : lateBy(Math.min(...times), nowMs) }
    }),
    tasks: [...new Set(statuses)].sort().map((status) => ({
      status,
      count: statuses.filter((other) => other === status).length,
    })),
    inboxRows: store.inbox.size,
    sessions: [...store.sessions.values()].filter(({ ended, expiresAt }) => !ended && expiresAt > clock.now()).length,
  }
}
