/**
 * The database of the demonstration: one of its own on the embedded Postgres of the data directory, so that a worker
 * that a user runs beside it takes none of its steps, and only one demonstration at a time.
 */
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/log/embedded/embedded-postgres.js'
import { createPostgresLog } from '../../src/log/postgres-log.js'
import { migrate } from '../../src/log/schema.js'

const DATABASE = 'tasker_demo'

export interface DemoDatabase {
  readonly url: string
  /** Stops the server, unless somebody else uses it. */
  close(): Promise<void>
}

/** What stands in the way and can be mended by the person who reads it. */
export class DatabaseUnavailable extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'DatabaseUnavailable'
  }
}

/** Starts or joins the cluster below `dataDir` and brings the database up to date. */
export const openDemoDatabase = async (dataDir: string): Promise<DemoDatabase> => {
  const server = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres'), databases: [DATABASE] })
  try {
    const url = server.url(DATABASE)
    const migrated = await migrate(url)
    if (E.isLeft(migrated)) throw new DatabaseUnavailable(migrated.left.message)
    return { url, close: await whileAlone(url, server) }
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** A second demonstration would run steps of the first one, and has not got the first one's service. */
const whileAlone = async (url: string, server: EmbeddedPostgres): Promise<() => Promise<void>> => {
  const log = await createPostgresLog({ connectionString: url })
  if (E.isLeft(log)) throw new DatabaseUnavailable(log.left.message)
  const leadership = await log.right.lead('demonstration')
  if (leadership === undefined) {
    await log.right.close()
    throw new DatabaseUnavailable('another demonstration runs on this data directory; wait for it, or stop it')
  }
  return async () => {
    await leadership.resign()
    await log.right.close()
    await server.stop()
  }
}
