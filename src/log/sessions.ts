/** Leases of workers: opened, renewed and ended here; declared lost only inside an append. */
import type { LiveSession, Log, Renewal } from '../ports/log.js'
import { loadStatements } from '../sql.js'
import type { Reader } from './reader.js'

const SQL = loadStatements('src/log/sessions.sql', [
  'openSession',
  'renewSession',
  'liveSessions',
  'endSession',
  'expiredSessions',
])

type RenewalRow =
  | (LiveSession & { readonly kind: 'self' | 'other' })
  | { readonly kind: 'abort'; readonly stream: string; readonly key: string; readonly data: string }

export const sessionLeases = (
  reader: Reader,
): Pick<Log, 'openSession' | 'renewSession' | 'liveSessions' | 'endSession' | 'expiredSessions'> => ({
  openSession: async (worker, queues, ttlMs, handlers = []) => {
    const [row] = await reader.query<{ id: number }>(SQL.openSession, [worker, queues, ttlMs, handlers])
    if (row === undefined) throw new Error('a session was opened without an answer')
    return { id: row.id, worker, queues }
  },
  renewSession: async (id, ttlMs) => renewal(await reader.query<RenewalRow>(SQL.renewSession, [id, ttlMs])),
  liveSessions: () => reader.query<LiveSession>(SQL.liveSessions, []),
  endSession: async (id) => {
    await reader.query(SQL.endSession, [id])
  },
  expiredSessions: () => reader.query<{ session: number; streams: string[] }>(SQL.expiredSessions, []),
})

const renewal = (rows: ReadonlyArray<RenewalRow>): Renewal => {
  const sessions: LiveSession[] = []
  const abort: Array<Renewal['abort'][number]> = []
  for (const row of rows) {
    if (row.kind === 'abort') abort.push({ stream: row.stream, key: row.key, data: row.data })
    else sessions.push({ id: row.id, worker: row.worker, queues: row.queues, handlers: row.handlers })
  }
  return { alive: rows.some((row) => row.kind === 'self'), abort, sessions }
}
