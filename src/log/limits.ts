/** What is taken of the limits that claims bring. */
import type pg from 'pg'
import type { LimitUse, Log } from '../ports/log.js'
import { loadStatements } from '../sql.js'
import type { Reader } from './reader.js'

const SQL = loadStatements('src/log/limits.sql', ['limitUse'])

export const limitReads = (reader: Reader): Pick<Log, 'limitUse'> => ({
  limitUse: async (needs) => {
    if (needs.length === 0) return []
    return reader.query<LimitUse & pg.QueryResultRow>(SQL.limitUse, [
      needs.map(({ limit }) => limit),
      needs.map(({ rate }) => rate?.max ?? 0),
      needs.map(({ rate }) => rate?.perMs ?? 0),
    ])
  },
})
