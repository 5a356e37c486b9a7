/**
 * A process that uses the cluster is present on it: it holds a shared lock on one idle connection, which Postgres gives
 * back by itself when the process ends, by kill -9 too. So nobody keeps a list of users that could go stale, and
 * whoever leaves last knows that it is the last.
 */
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { loadStatements } from '../../sql.js'

const SQL = loadStatements('src/log/embedded/cluster.sql', [
  'enterCluster',
  'leaveCluster',
  'isLastUser',
  'missingDatabase',
])

/** While Postgres recovers from a crashed backend it takes no connections. */
const RECONNECTS = 100
const RECONNECT_MS = 200

export interface Presence {
  /** Creates a database where it does not exist. */
  ensureDatabase(name: string): Promise<void>
  /** Leaves; true when nobody is left. False, too, where the server is already gone. */
  leave(): Promise<boolean>
}

/** Connects to the server's own database and enters; throws what `pg` throws where it does not answer. */
export const enter = async (url: string): Promise<Presence> => {
  let leaving = false
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: url, application_name: 'tasker presence' })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.query(SQL.enterCluster.text)
    } catch (error) {
      await client.end().catch(() => undefined)
      throw error
    }
    // One crashed backend makes Postgres end all connections, and goes on: so does this process.
    client.once('end', () => {
      if (!leaving) void reconnect()
    })
    hold(client, false)
    return client
  }
  const reconnect = async (): Promise<void> => {
    for (let attempt = 0; attempt < RECONNECTS && !leaving; attempt++) {
      try {
        current = await connect()
        if (leaving) await current.end()
        return
      } catch {
        await delay(RECONNECT_MS, undefined, { ref: false })
      }
    }
  }
  let current = await connect()

  return {
    ensureDatabase: async (name) => {
      hold(current, true)
      const absent = await current.query<{ statement: string }>(SQL.missingDatabase.text, [name])
      for (const row of absent.rows) await current.query(row.statement)
      hold(current, false)
    },
    leave: async () => {
      leaving = true
      hold(current, true)
      try {
        await current.query(SQL.leaveCluster.text)
        const answer = await current.query<{ last: boolean }>(SQL.isLastUser.text)
        return answer.rows[0]?.last ?? false
      } catch {
        return false
      } finally {
        await current.end().catch(() => undefined)
      }
    },
  }
}

/** Presence alone must not keep a process alive; a question under way must. `pg` has both, its types have neither. */
const hold = (client: pg.Client, awake: boolean): void => {
  const connection = client as pg.Client & { ref(): void; unref(): void }
  if (awake) connection.ref()
  else connection.unref()
}
