/**
 * After each test file, every database that it wrote: each projection is brought to the end of the log, by the code that
 * follows it for real, and held against a fresh fold. What tests did to the log has to come to the same rows, however it
 * came; the first row that differs is a fault of the file. Then the database goes.
 */
import * as E from 'fp-ts/lib/Either.js'
import pg from 'pg'
import { PROJECTIONS } from '../../projections/projections.js'
import { decodeEvent } from '../../src/core/event.js'
import { createPostgresLog } from '../../src/log/postgres-log.js'
import { silentLogger } from '../../src/ports/logger.js'
import type { ProjectionStatus } from '../../src/ports/projections.js'
import { createProjector, type Projector } from '../../src/projector/projector.js'
import { loadStatements } from '../../src/sql.js'
import { systemClock } from '../../src/system-clock.js'

const SQL = loadStatements('scripts/testing/kept-databases.sql', [
  'keptDatabases',
  'dropDatabase',
  'isCurrent',
  'firstEvents',
  'countEvents',
])

const PATIENCE_MS = 30_000
const LOOK_MS = 500

const TASK_STREAM = /^task-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export interface KeptDatabases {
  /** Logs of tasks that were held against their projections, and their events. */
  readonly logs: number
  readonly events: number
  readonly faults: ReadonlyArray<string>
}

export const NOTHING_KEPT: KeptDatabases = { logs: 0, events: 0, faults: [] }

/** Of the databases whose names begin with the prefix; they are gone afterwards. */
export const checkKeptDatabases = async (serverUrl: string, prefix: string): Promise<KeptDatabases> =>
  withClient(serverUrl, async (server) => {
    let found = NOTHING_KEPT
    for (const { name } of (await server.query(SQL.keptDatabases.text, [prefix])).rows) {
      const url = new URL(serverUrl)
      url.pathname = `/${name}`
      try {
        found = sumOf(found, await checkDatabase(url.href))
      } catch (error) {
        found = sumOf(found, { ...NOTHING_KEPT, faults: [`the projections of a database cannot be checked: ${error}`] })
      }
      const [drop] = (await server.query(SQL.dropDatabase.text, [name])).rows
      await server.query(drop.statement)
    }
    return found
  })

export const sumOf = (left: KeptDatabases, right: KeptDatabases): KeptDatabases => ({
  logs: left.logs + right.logs,
  events: left.events + right.events,
  faults: [...left.faults, ...right.faults],
})

/** Of one database, which stays. */
export const checkDatabase = async (databaseUrl: string): Promise<KeptDatabases> => {
  const events = await eventsOfTasks(databaseUrl)
  if (events === 0) return NOTHING_KEPT
  const opened = await createPostgresLog({ connectionString: databaseUrl })
  if (E.isLeft(opened)) throw opened.left
  const log = opened.right
  const projector = createProjector({ log, clock: systemClock, logger: silentLogger, databaseUrl })
  try {
    projector.start()
    return { logs: 1, events, faults: await faultsOf(projector, await log.position()) }
  } finally {
    await projector.close()
    await log.close()
  }
}

/** 0 where there is no log, or where no engine wrote it: tests of the log itself write whatever they like. */
const eventsOfTasks = (databaseUrl: string): Promise<number> =>
  withClient(databaseUrl, async (client) => {
    if (!(await client.query(SQL.isCurrent.text)).rows[0]?.is_current) return 0
    const firsts = (await client.query(SQL.firstEvents.text)).rows
    if (!firsts.every(({ stream, ...first }) => TASK_STREAM.test(stream) && isCreation(first))) return 0
    return Number((await client.query(SQL.countEvents.text)).rows[0]?.events)
  })

const isCreation = (first: Parameters<typeof decodeEvent>[0]): boolean =>
  first.type === 'task-created' && E.isRight(decodeEvent(first))

const faultsOf = async (projector: Projector, head: number): Promise<ReadonlyArray<string>> => {
  for (const { name } of PROJECTIONS) {
    const stopped = await waitFor(projector, name, head)
    if (stopped !== undefined)
      return [`projection ${name} does not come to position ${head}: ${JSON.stringify(stopped)}`]
  }
  for (const { name, difference } of await projector.verifyAll()) {
    if (difference !== null) return [`projection ${name} is not the fold of the log: ${JSON.stringify(difference)}`]
  }
  return []
}

/** How it stands, where it does not come so far: because it met something, or in half a minute. */
const waitFor = async (projector: Projector, name: string, head: number): Promise<ProjectionStatus | undefined> => {
  const untilMs = Date.now() + PATIENCE_MS
  for (;;) {
    if (await projector.waitFor(name, head, LOOK_MS)) return undefined
    const standing = (await projector.list()).find((one) => one.name === name)
    if (standing?.health === 'failing' || Date.now() > untilMs) return standing
  }
}

const withClient = async <A>(url: string, body: (client: pg.Client) => Promise<A>): Promise<A> => {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await body(client)
  } finally {
    await client.end()
  }
}
