/** Which streams may be dead letters. */
import type { Log } from '../ports/log.js'
import { loadStatements } from '../sql.js'
import type { Reader } from './reader.js'

const SQL = loadStatements('src/log/dead-letters.sql', ['deadLetterStreams'])

export const deadLetterReads = (reader: Reader): Pick<Log, 'deadLetterStreams'> => ({
  deadLetterStreams: async (limit, after) => {
    const rows = await reader.query<{ stream: string }>(SQL.deadLetterStreams, [after ?? null, limit])
    return rows.map(({ stream }) => stream)
  },
})
