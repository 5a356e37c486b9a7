/** Folded states of long tasks, written beside the log and disposable at any time. */
import type { Log } from '../ports/log.js'
import { loadStatements } from '../sql.js'
import type { Reader } from './reader.js'

const SQL = loadStatements('src/log/snapshots.sql', ['saveSnapshot', 'loadSnapshot'])

export const snapshotStore = (reader: Reader): Pick<Log, 'saveSnapshot' | 'loadSnapshot'> => ({
  saveSnapshot: async ({ stream, evolveDigest, version, hash, state }) => {
    await reader.query(SQL.saveSnapshot, [stream, evolveDigest, version, hash, state])
  },
  loadSnapshot: async (stream, evolveDigest) => {
    const [row] = await reader.query<{ version: number; hash: string; state: string }>(SQL.loadSnapshot, [
      stream,
      evolveDigest,
    ])
    return row === undefined ? undefined : { stream, evolveDigest, ...row }
  },
})
