/**
 * A process that uses the cluster is present on it: it holds a shared lock on one idle connection, which Postgres gives
 * back by itself when the process ends, by kill -9 too. So nobody keeps a list of users that could go stale, and
 * whoever leaves last knows that it is the last.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { packageRoot } from '../../package-root.js'

export interface Presence {
  /** Creates a database where it does not exist. */
  ensureDatabase(name: string): Promise<void>
  /** Leaves; true when nobody is left. False, too, where the server is already gone. */
  leave(): Promise<boolean>
}

/** Connects to the server's own database and enters; throws what `pg` throws where it does not answer. */
export const enter = async (url: string): Promise<Presence> => {
  const statements = await clusterStatements()
  const say = (name: string): string => statements.get(name) ?? missing(name)
  let leaving = false
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: url, application_name: 'tasker presence' })
    client.on('error', () => undefined)
    client.once('end', () => {
      // One crashed backend makes Postgres end all connections, and goes on: so does this process.
      if (!leaving) connect().then(replace, () => undefined)
    })
    try {
      await client.connect()
      await client.query(say('enterCluster'))
    } catch (error) {
      await client.end().catch(() => undefined)
      throw error
    }
    hold(client, false)
    return client
  }
  const replace = (fresh: pg.Client): void => {
    current = fresh
    if (leaving) void fresh.end().catch(() => undefined)
  }
  let current = await connect()

  return {
    ensureDatabase: async (name) => {
      hold(current, true)
      const absent = await current.query<{ statement: string }>(say('missingDatabase'), [name])
      for (const row of absent.rows) await current.query(row.statement)
      hold(current, false)
    },
    leave: async () => {
      leaving = true
      hold(current, true)
      try {
        await current.query(say('leaveCluster'))
        const answer = await current.query<{ last: boolean }>(say('isLastUser'))
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

const clusterStatements = async (): Promise<ReadonlyMap<string, string>> => {
  const text = await readFile(join(packageRoot, 'src/log/embedded/cluster.sql'), 'utf8')
  return new Map(
    text
      .split(/^-- name: */m)
      .slice(1)
      .map((part) => {
        const [name = '', ...body] = part.split('\n')
        return [name.trim(), body.join('\n')] as const
      }),
  )
}

const missing = (name: string): never => {
  throw new Error(`cluster.sql has no statement ${name}`)
}
