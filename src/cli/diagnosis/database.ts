/** The database: whether it answers, how old it is, how it is reached, how durable it is, which schema it holds. */
import { join, resolve } from 'node:path'
import { masked } from '../config/masked.js'
import type { DatabaseReport, System } from '../system.js'
import { advice, bad, type Check, good } from './check.js'

type Reached = Extract<DatabaseReport, { reachable: true }>

/** The oldest Postgres that is supported, as its major version. */
export const OLDEST_POSTGRES = 14

/** @param queued whether BullMQ's Postgres backend is used, on a database beside this one. */
export const examineDatabase = (report: DatabaseReport, url: string, queued: boolean): ReadonlyArray<Check> => {
  if (!report.reachable) {
    const { code, message, remedy } = report.trouble
    return [{ ...bad('database', code, message, remedy), unreachable: true }]
  }
  return [
    versionCheck(report.version, url),
    poolingCheck(report.pooling),
    ...durabilityChecks(report),
    ...clockChecks(report.clockAheadMs),
    ...schemaChecks(report.schema),
    ...rightsChecks(report, queued),
  ]
}

export const examineEmbedded = async (dataDir: string, system: System): Promise<ReadonlyArray<Check>> => {
  const folder = join(dataDir, 'postgres')
  const report = await system.probes.embedded(resolve(system.cwd, folder))
  switch (report.state) {
    case 'absent':
      return [good('database', `embedded; the first command that needs it makes it in ${folder}`)]
    case 'stopped':
      return [good('database', `embedded, Postgres ${report.version}, stopped; its data are in ${report.data}`)]
    case 'running':
      return [
        good('database', `embedded, Postgres ${report.version}, runs on port ${report.port}; data in ${report.data}`),
      ]
    case 'unusable':
      return [bad('database', report.trouble.code, report.trouble.message, report.trouble.remedy)]
    default:
      return report satisfies never
  }
}

const versionCheck = (version: number, url: string): Check => {
  const [major, minor] = [Math.floor(version / 10_000), version % 10_000]
  return major >= OLDEST_POSTGRES
    ? good('database', `Postgres ${major}.${minor} at ${masked(url)}`)
    : bad(
        'database',
        'postgres_too_old',
        `Postgres ${major}.${minor} is older than ${OLDEST_POSTGRES}`,
        `use Postgres ${OLDEST_POSTGRES} or newer`,
      )
}

const poolingCheck = (pooling: 'session' | 'transaction'): Check =>
  pooling === 'session'
    ? good('connection', 'direct, or pooled by session')
    : bad(
        'connection',
        'transaction_pooler',
        'a pooler gives every transaction another connection: locks of a session, LISTEN and prepared statements do not hold',
        'connect directly, or set the pooler to pool_mode = session (often another port)',
      )

const durabilityChecks = (report: Reached): ReadonlyArray<Check> => {
  const off = [...(report.fsync ? [] : ['fsync']), ...(report.synchronousCommit ? [] : ['synchronous_commit'])]
  if (off.length === 0) return [good('durability', 'fsync and synchronous_commit are on')]
  return [
    advice('durability', `${off.join(' and ')} off: a crash may lose what was reported as done`, `turn ${off[0]} on`),
  ]
}

/** Times of events, retries and deadlines are by the clock of the process, leases by the database's. */
const MAX_CLOCK_DIFFERENCE_MS = 2_000

const clockChecks = (aheadMs: number): ReadonlyArray<Check> => {
  if (Math.abs(aheadMs) <= MAX_CLOCK_DIFFERENCE_MS) return []
  const seconds = `${(Math.abs(aheadMs) / 1000).toFixed(1)} s`
  const message = `the database's is ${seconds} ${aheadMs > 0 ? 'ahead of' : 'behind'} this machine's: retries and deadlines come at the wrong time`
  return [advice('clock', message, 'let both keep time by NTP')]
}

const schemaChecks = (schema: { readonly here: number; readonly known: number } | undefined): ReadonlyArray<Check> => {
  if (schema === undefined) return []
  const { here, known } = schema
  if (here === known) return [good('schema', `version ${here}`)]
  if (here < known) {
    return [bad('schema', 'database_older', `version ${here}; this Tasker needs ${known}`, 'run tasker migrate')]
  }
  return [
    bad(
      'schema',
      'database_newer',
      `version ${here}; this Tasker knows ${known} at most`,
      'use the Tasker that made it, or a newer one',
    ),
  ]
}

const rightsChecks = (report: Reached, queued: boolean): ReadonlyArray<Check> => {
  const isOlder = report.schema !== undefined && report.schema.here < report.schema.known
  return [
    ...(isOlder && !report.mayMigrate
      ? [
          bad(
            'rights',
            'migration_forbidden',
            'this user may not create a schema in the database',
            'run tasker migrate as a user who may, or grant create on the database to this one',
          ),
        ]
      : []),
    ...(queued && !report.mayQueue
      ? [
          bad(
            'rights',
            'queue_refused',
            "BullMQ's Postgres backend needs a database beside this one, and this user may not create it",
            'create a database of the same name with _queue behind it, owned by this user, or set REDIS_URL',
          ),
        ]
      : []),
  ]
}
