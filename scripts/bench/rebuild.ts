/** How fast projections are built anew: the events of many W1 tasks, folded into rows by one process. */
import { performance } from 'node:perf_hooks'
import * as E from 'fp-ts/lib/Either.js'
import { PROJECTIONS } from '../../projections/projections.js'
import { createPostgresLog } from '../../src/log/postgres-log.js'
import { silentLogger } from '../../src/ports/logger.js'
import { createProjector } from '../../src/projector/projector.js'
import { systemClock } from '../../src/system-clock.js'
import { watchMemory } from './processes.js'
import { readServer, statement, withClient } from './server.js'

export interface RebuildMeasurement {
  readonly projection: string
  readonly events: number
  readonly eventsPerSecond: number
  readonly cpuSecondsPer1000: { readonly client: number; readonly server: number | undefined }
  readonly peakMemoryBytes: number
}

const TASKS = 10_000

/** The log of the database holds the events of one task, which become those of many. */
export const measureRebuilds = async (databaseUrl: string): Promise<ReadonlyArray<RebuildMeasurement>> => {
  await withClient(databaseUrl, async (client) => {
    await client.query(statement('copyTasks'), [TASKS])
    await client.query(statement('flush'))
  })
  const opened = await createPostgresLog({ connectionString: databaseUrl })
  if (E.isLeft(opened)) throw new Error(opened.left.message)
  const log = opened.right
  const projector = createProjector({ log, clock: systemClock, logger: silentLogger, databaseUrl })
  const measured: RebuildMeasurement[] = []
  try {
    const rebuild = (name: string): Promise<number> => projector.rebuild(name)
    for (const { name } of PROJECTIONS) measured.push(await measureRebuild(databaseUrl, name, rebuild))
    return measured
  } finally {
    await projector.close()
    await log.close()
  }
}

const measureRebuild = (
  databaseUrl: string,
  projection: string,
  rebuild: (name: string) => Promise<number>,
): Promise<RebuildMeasurement> =>
  withClient(databaseUrl, async (client) => {
    const server = await readServer(client)
    const cpu = process.cpuUsage()
    const memory = watchMemory([process.pid])
    const started = performance.now()
    const events = await rebuild(projection)
    const seconds = (performance.now() - started) / 1_000
    const { user, system } = process.cpuUsage(cpu)
    const { cpuSeconds: before } = server
    const { cpuSeconds: after } = await readServer(client)
    return {
      projection,
      events,
      eventsPerSecond: events / seconds,
      cpuSecondsPer1000: {
        client: (user + system) / 1e6 / (events / 1_000),
        server: before === undefined || after === undefined ? undefined : (after - before) / (events / 1_000),
      },
      peakMemoryBytes: memory.stop(),
    }
  })
