/**
 * `npm run bench`: what the engine does in a second on this machine, beside what the machine could do at most. Ends
 * with 1 where a run broke, and with `--check` also where a target was missed; 2 for bad usage.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { migrate } from '../../src/log/schema.js'
import { createTasker } from '../../src/main.js'
import type { StoredEvent } from '../../src/ports/log.js'
import { startServices } from '../testing/services.js'
import { runWorkload } from './carriers.js'
import { medianBy } from './measure.js'
import type { Measurement } from './measurement.js'
import { type BenchOptions, isWanted, needsServers, readOptions, USAGE, UsageError } from './options.js'
import { measurePages, type PagesMeasured } from './pages.js'
import { measureRaw, RAW_BATCHES, type RawMeasurement } from './raw-append.js'
import { measureRebuilds, type RebuildMeasurement } from './rebuild.js'
import { redisInfo } from './redis-usage.js'
import { pageTable, rawTable, rebuildTable, validationTable, verdictTable, workloadTable } from './report.js'
import { readSettings, withClient, withDatabase } from './server.js'
import { judge, type Measured, type Verdict } from './targets.js'
import { measureValidation, type ValidationMeasurement } from './validation.js'
import { CARRIED, NAMESPACE, nothingHandler, templateFor, WORKLOADS, type Workload } from './workloads.js'

interface Servers {
  readonly databaseUrl: string
  readonly redisUrl: string
}

const main = async (options: BenchOptions): Promise<number> => {
  if (options.profile !== undefined) mkdirSync(options.profile, { recursive: true })
  const validation = isWanted(options, 'validation') ? await measureValidation() : []
  if (validation.length > 0)
    console.log(`Fragments of the catalog's handlers, judged\n\n${validationTable(validation)}\n`)
  if (!needsServers(options))
    return conclude(options, { raw: [], workloads: [], rebuilds: [], validation, pages: undefined }, {})
  const services = await startServices()
  const { DATABASE_URL: databaseUrl = '', REDIS_URL: redisUrl = '' } = services.environment
  const stop = async (): Promise<void> => {
    await services.stop()
    process.exit(1)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void stop())
  try {
    return await measureAll(options, { databaseUrl, redisUrl }, validation)
  } finally {
    await services.stop()
  }
}

const measureAll = async (
  options: BenchOptions,
  servers: Servers,
  validation: ReadonlyArray<ValidationMeasurement>,
): Promise<number> => {
  const settings = await readSettings(servers.databaseUrl)
  const machine = await describeMachine(servers)
  console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB; Node ${machine.node}`)
  console.log(
    `Postgres ${settings.version}, fsync ${settings.fsync}, synchronous_commit ${settings.synchronousCommit}; Redis ${machine.redis}`,
  )
  if (settings.fsync !== 'on' || settings.synchronousCommit !== 'on') {
    throw new Error('fsync and synchronous_commit must be on: without them nothing here means anything')
  }

  const raw = await measureRawAppend(options, servers)
  if (raw.length > 0) console.log(`\nRaw append of a W1 task's events by one connection, the limit\n\n${rawTable(raw)}`)

  const workloads = await measureWorkloads(options, servers, WORKLOADS, 0)
  if (workloads.length > 0) console.log(`\nOne process\n\n${workloadTable(workloads)}`)

  const rebuilds = isWanted(options, 'rebuild') ? await measureRebuilding(servers) : []
  if (rebuilds.length > 0)
    console.log(`\nProjections built anew from the log of 10,000 W1 tasks\n\n${rebuildTable(rebuilds)}`)

  const carried = isWanted(options, 'bullmq')
    ? [
        ...(await measureWorkloads({ ...options, only: undefined }, servers, CARRIED, 1)),
        ...(await measureWorkloads({ ...options, only: undefined }, servers, CARRIED, 2)),
      ]
    : []
  if (carried.length > 0) {
    console.log(`\nCarried by BullMQ on Redis to separate worker processes (step ms: of a task, by its steps)\n`)
    console.log(workloadTable(carried))
  }
  const pages = options.only?.includes('pages') === true ? await measureThePages(options, servers) : undefined
  return conclude(options, { raw, workloads, rebuilds, validation, pages }, { machine, settings, carried })
}

/** To fill the store takes minutes, so it is done only where it was asked for. */
const measureThePages = (options: BenchOptions, servers: Servers): Promise<PagesMeasured> =>
  withDatabase(servers.databaseUrl, async (url) => {
    await prepare(url)
    const pages = await measurePages(url, options.tasks, progress)
    const { tasks, events, largeTaskMs, largePages } = pages
    console.log(`\nPages, in a store of ${tasks} tasks and ${events} events\n\n${pageTable(pages.pages)}`)
    console.log(`\nA task of 10,000 steps opens in ${largeTaskMs.toFixed(0)} ms; then\n\n${pageTable(largePages)}`)
    return pages
  })

/** The verdicts, and everything as JSON where that is wanted; 1 where a target was missed and that matters. */
const conclude = (options: BenchOptions, measured: Measured, beside: object): number => {
  const verdicts = judge(measured)
  console.log(`\n${verdictTable(verdicts)}`)
  if (options.json !== undefined) {
    const everything = { date: new Date().toISOString(), ...measured, verdicts, ...beside }
    writeFileSync(options.json, `${JSON.stringify(everything, null, 2)}\n`)
  }
  return options.check && verdicts.some(isMissed) ? 1 : 0
}

const isMissed = ({ met }: Verdict): boolean => met === false

/** A rebuild is held against the append of 100, which is therefore measured with it. */
const rawBatches = (options: BenchOptions): ReadonlyArray<number> =>
  RAW_BATCHES.filter((batch) => isWanted(options, 'raw') || (batch === 100 && isWanted(options, 'rebuild')))

const measureRawAppend = async (options: BenchOptions, servers: Servers): Promise<ReadonlyArray<RawMeasurement>> => {
  const batches = rawBatches(options)
  if (batches.length === 0) return []
  return withDatabase(servers.databaseUrl, async (url) => {
    const events = await eventsOfOneTask({ ...servers, databaseUrl: url })
    const medians: RawMeasurement[] = []
    await withClient(url, async (client) => {
      for (const batch of batches) {
        const runs = await times(options.runs, () => measureRaw(client, events, batch, options.seconds))
        medians.push(medianBy(runs, (run) => run.eventsPerSecond))
        progress(`raw append of ${batch}`)
      }
    })
    return medians
  })
}

const measureRebuilding = (servers: Servers): Promise<ReadonlyArray<RebuildMeasurement>> =>
  withDatabase(servers.databaseUrl, async (url) => {
    await eventsOfOneTask({ ...servers, databaseUrl: url })
    return measureRebuilds(url)
  })

/** The texts that a real W1 task leaves in the log. */
const eventsOfOneTask = async ({ databaseUrl, redisUrl }: Servers): Promise<ReadonlyArray<StoredEvent>> => {
  await prepare(databaseUrl)
  const tasker = await createTasker({
    databaseUrl,
    redisUrl,
    queuePrefix: prefix(),
    namespace: NAMESPACE,
    handlers: [nothingHandler(() => undefined)],
  })
  try {
    const task = await tasker.tasks.create(await tasker.template(templateFor({ kind: 'sequence', steps: 10 })), {})
    await task.result()
    return await tasker.log.readStream(`task-${task.id}`, 0)
  } finally {
    await tasker.close()
  }
}

const measureWorkloads = async (
  options: BenchOptions,
  servers: Servers,
  workloads: ReadonlyArray<Workload>,
  workers: number,
): Promise<ReadonlyArray<Measurement>> => {
  const wanted = workloads.filter(({ id }) => isWanted(options, id))
  // In rounds: a machine that is slower for a minute is so for all that is compared, and not for one of a pair.
  const rounds = await times(options.runs, async () => {
    const round: Measurement[] = []
    for (const workload of wanted) {
      round.push(await measureOnce(options, servers, workload, workers))
      progress(workers === 0 ? workload.id : `${workload.id} by ${workers} workers`)
    }
    return round
  })
  return wanted.map((_, index) =>
    medianBy(
      rounds.flatMap((round) => round[index] ?? []),
      (run) => run.stepsPerSecond,
    ),
  )
}

const measureOnce = (
  options: BenchOptions,
  { databaseUrl: serverUrl, redisUrl }: Servers,
  workload: Workload,
  workers: number,
): Promise<Measurement> =>
  withDatabase(serverUrl, async (databaseUrl) => {
    await prepare(databaseUrl)
    const { seconds } = options
    const profile = options.profile === undefined ? undefined : resolve(options.profile, workload.id)
    const assignment = { workload, seconds, databaseUrl, redisUrl, queuePrefix: prefix(), workers, profile }
    // What a process of this folder answers is what its code says it answers.
    return (await runWorkload(assignment)) as Measurement
  })

const prepare = async (databaseUrl: string): Promise<void> => {
  const migrated = await migrate(databaseUrl)
  if (E.isLeft(migrated)) throw new Error(migrated.left.message)
}

/** Two measurements never share a key in Redis. */
const prefix = (): string => `tasker-bench-${process.pid}-${Date.now()}`

const times = async <A>(count: number, run: () => Promise<A>): Promise<ReadonlyArray<A>> => {
  const results: A[] = []
  for (let at = 0; at < count; at += 1) results.push(await run())
  return results
}

const progress = (what: string): void => {
  if (process.stderr.isTTY) console.error(`measured ${what}`)
}

const describeMachine = async ({ redisUrl }: Servers) => ({
  cpu: cpus()[0]?.model ?? 'an unknown CPU',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 1024 ** 3),
  node: process.versions.node,
  redis: (await redisInfo(redisUrl, 'server')).get('redis_version') ?? 'of an unknown version',
})

try {
  process.exitCode = await main(readOptions(process.argv.slice(2)))
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\n\n${USAGE}`)
  else console.error(error)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
