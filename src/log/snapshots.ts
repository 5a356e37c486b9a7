/** Folded states of long tasks, written beside the log and disposable at any time. */
import type pg from 'pg'
import type { Log } from '../ports/log.js'
import { run } from './database.js'
import { loadStatements } from './sql.js'

const SQL = loadStatements('src/log/snapshots.sql', ['saveSnapshot', 'loadSnapshot'])

export const snapshotStore = (pool: pg.Pool): Pick<Log, 'saveSnapshot' | 'loadSnapshot'> => ({
  saveSnapshot: async ({ stream, evolveDigest, version, hash, state }) => {
    await run(pool, SQL.saveSnapshot, [stream, evolveDigest, version, hash, state])
  },
  loadSnapshot: async (stream, evolveDigest) => {
    const [row] = await run<{ version: number; hash: string; state: string }>(pool, SQL.loadSnapshot, [
      stream,
      evolveDigest,
    ])
    return row === undefined ? undefined : { stream, evolveDigest, ...row }
  },
})
