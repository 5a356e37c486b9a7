/** What the database calls itself, the same for every process that works on it. */
import type { Log } from '../ports/log.js'
import { loadStatements } from '../sql.js'
import type { Reader } from './reader.js'

const SQL = loadStatements('src/log/installation.sql', ['installation'])

export const installationRead = (reader: Reader): Pick<Log, 'installation'> => ({
  installation: async () => {
    const [row] = await reader.query<{ id: string }>(SQL.installation, [])
    if (row === undefined) throw new Error('tasker.installation is empty: it holds one row from its migration on')
    return row.id
  },
})
