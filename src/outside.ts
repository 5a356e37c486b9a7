/**
 * What a command reaches outside of its own process, for real: the database that the configuration names or the
 * embedded one, the queue, the catalog, planners, and what `doctor` asks. It is loaded when a command first reaches for
 * any of it.
 */
import { resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { createCatalog } from '../catalog/catalog.js'
import { vocabularyOf } from '../catalog/vocabulary.js'
import { PROJECTIONS } from '../projections/projections.js'
import type { Config } from './cli/config/config.js'
import { EXIT } from './cli/exit-code.js'
import type { Migrated, OpenDatabase, OpenLog, Probes, RedisReport, System, Work } from './cli/system.js'
import { UserError } from './cli/user-error.js'
import { loadProjections } from './configured-projections.js'
import { runWebhooks } from './configured-webhooks.js'
import { connectionsOf, secretsOf } from './kept-values.js'
import { connectionTrouble } from './log/diagnosis/connection-trouble.js'
import { probeDatabase } from './log/diagnosis/probe-database.js'
import { startEmbeddedPostgres } from './log/embedded/embedded-postgres.js'
import { inspectEmbeddedPostgres } from './log/embedded/inspect.js'
import { createMemoryLog } from './log/memory-log.js'
import { createPostgresLog } from './log/postgres-log.js'
import { checkSchema, migrate } from './log/schema.js'
import { createTasker, DatabaseRefused, type Metrics, startTasker, type Tasker, taskerMetrics } from './main.js'
import { plannerOf } from './open-planner.js'
import { packageRoot } from './package-root.js'
import { pricesOf } from './planner/prices.js'
import { differenceText } from './ports/difference-text.js'
import type { Handler } from './ports/handler.js'
import type { Logger } from './ports/logger.js'
import { createProjector } from './projector/projector.js'
import { createMemoryQueue } from './queue/memory-queue.js'
import { QueueFault } from './queue/queue-fault.js'
import { listEvents } from './subscriptions/event-listing.js'
import { createSubscriptions } from './subscriptions/subscriptions.js'
import { systemClock } from './system-clock.js'
import { inspectFigures, misfits } from './telemetry/inspection.js'
import { type MetricsServer, serveMetrics } from './telemetry/metrics-server.js'

export const vocabularyWith: System['vocabularyOf'] = (handlers) =>
  vocabularyOf([...createCatalog().handlers, ...handlers])

export const openDatabase: System['openDatabase'] = async (config, logger, as) => {
  if (config.databaseUrl !== undefined) return external(config.databaseUrl)
  const database = await openEmbedded(config)
  try {
    if (as === undefined) {
      const { applied } = await migrateDatabase(database.url)
      if (applied.length > 0) logger.debug('the embedded database was migrated', { applied })
    }
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

interface Inspected {
  /** Those of the installation that are out of bounds. */
  figures(): ReturnType<typeof inspectFigures>
}

/** As one who looks at what is recorded. */
export const openLog = async (config: Config, logger: Logger): Promise<OpenLog & Inspected> => {
  const projections = [...PROJECTIONS, ...(await loadProjections(config.projections))]
  const database = await openDatabase(config, logger)
  try {
    const opened = await createPostgresLog({ connectionString: database.url })
    if (E.isLeft(opened)) throw new DatabaseRefused(opened.left.code, opened.left.message)
    const log = opened.right
    const subscriptions = createSubscriptions({ log, clock: systemClock, logger, databaseUrl: database.url })
    const projector = createProjector({ log, clock: systemClock, logger, databaseUrl: database.url, projections })
    return {
      events: (selection) => listEvents({ log, clock: systemClock, logger }, selection),
      subscriptions: subscriptions.administration,
      record: log,
      figures: () =>
        inspectFigures({
          standing: () => log.standing(systemClock.now()),
          projections: projector,
          subscriptions: subscriptions.administration,
        }),
      projections: projector,
      compareProjections: async ({ stream, version }) =>
        (await projector.verifyTask(stream, version)).map((difference) => ({
          of: difference.projection,
          message: differenceText(difference),
        })),
      // EventStoreDB's client takes its time to load, and only this command needs it.
      mirror: async (asked) => {
        const { mirrorToEventStore } = await import('./log/mirror/mirror-to-event-store.js')
        return mirrorToEventStore({ log, clock: systemClock, logger }, asked)
      },
      close: async () => {
        await Promise.all([subscriptions.close(), projector.close()])
        await log.close()
        await database.close()
      },
    }
  } catch (error) {
    await database.close()
    const trouble = connectionTrouble(database.url, error)
    throw trouble === undefined ? error : new UserError({ ...trouble, exitCode: EXIT.unreachable, cause: error })
  }
}

const ONLY_ASKS: Work = { serves: 'none', sweeps: false }

export const openPlanner: System['openPlanner'] = (choice) => plannerOf(choice, process.cwd(), process.env)

/** What a planner and its steps are told of the configuration, wherever they run. */
const configured = (config: Config, handlers: ReadonlyArray<Handler>) => ({
  handlers,
  groups: config.groups,
  // The default is a model of Anthropic's: a planner that has none of its own is not to be asked for it.
  ...(config.sources.planner_model?.kind === 'default' ? {} : { plannerModel: config.plannerModel }),
  prices: pricesOf(config.prices),
  secrets: secretsOf(config),
  connections: connectionsOf(config),
  privateHosts: config.privateHosts,
})

export const openScratch: System['openScratch'] = (config, logger, handlers, planner) =>
  startTasker(
    { ...configured(config, handlers), databaseUrl: '', sweeps: false, planner, logger },
    createMemoryLog(systemClock),
    createMemoryQueue(),
  )

export const openTasker: System['openTasker'] = async (config, logger, handlers, work = ONLY_ASKS) => {
  const own = work.projects === true ? await loadProjections(config.projections) : []
  const database = await openDatabase(config, logger)
  // One who only asks has nothing to tell.
  const metrics = work.sweeps ? taskerMetrics() : undefined
  try {
    const tasker = await createTasker({
      databaseUrl: database.url,
      ...(config.redisUrl === undefined ? {} : { redisUrl: config.redisUrl }),
      ...(config.environment === undefined ? {} : { environment: config.environment }),
      ...configured(config, handlers),
      namespace: work.namespace ?? config.namespace,
      limits: config.limits,
      serves: work.serves,
      sweeps: work.sweeps,
      projections: own.length > 0 ? own : (work.projects ?? false),
      ...(work.concurrency === undefined ? {} : { concurrency: work.concurrency }),
      ...(work.planner === undefined ? {} : { planner: work.planner }),
      ...(metrics === undefined ? {} : { metrics }),
      logger,
    })
    await delivering(tasker, config, logger, work)
    const web = await listening(tasker, config, logger, work)
    const page = await openMetricsPage(config, metrics, logger).catch(async (error) => {
      await Promise.all([web?.close(), tasker.close()])
      throw error
    })
    return {
      ...tasker,
      ...(web === undefined ? {} : { url: web.url }),
      close: async () => {
        try {
          await Promise.all([web?.close(), page?.close()])
          await tasker.close()
        } finally {
          await database.close()
        }
      },
    }
  } catch (error) {
    await database.close()
    const trouble = connectionTrouble(database.url, error)
    throw trouble === undefined ? error : new UserError({ ...trouble, exitCode: EXIT.unreachable, cause: error })
  }
}

const delivering = async (tasker: Tasker, { webhooks }: Config, logger: Logger, { delivers }: Work): Promise<void> => {
  if (delivers !== true || webhooks.length === 0) return
  try {
    await runWebhooks(tasker, webhooks, logger)
  } catch (error) {
    await tasker.close()
    throw error
  }
}

/** The web's packages take their time to load, and only those who listen need them. */
const listening = async (tasker: Tasker, config: Config, logger: Logger, { listens }: Work) => {
  if (listens === undefined) return undefined
  try {
    const { openWeb } = await import('./web.js')
    return await openWeb(tasker, { ...listens, actor: config.actor, access: config.access, logger })
  } catch (error) {
    await tasker.close()
    throw listenTrouble(error)
  }
}

const listenTrouble = (error: unknown): unknown => {
  if (!(error instanceof Error) || !('code' in error && 'remedy' in error)) return error
  return new UserError({ code: String(error.code), message: error.message, remedy: String(error.remedy), cause: error })
}

/** The page of metrics on a port of its own, where one is named. */
const openMetricsPage = async (
  { host, metricsPort }: Config,
  metrics: Metrics | undefined,
  logger: Logger,
): Promise<MetricsServer | undefined> => {
  if (metricsPort === undefined || metrics === undefined) return undefined
  try {
    const page = await serveMetrics(metrics, { host, port: metricsPort })
    logger.info('metrics are shown', { url: `http://${host}:${page.port}/metrics` })
    return page
  } catch (error) {
    throw new UserError({
      code: 'metrics_port_unusable',
      message: `${host}:${metricsPort} cannot be listened on: ${error instanceof Error ? error.message : error}`,
      remedy: 'name another port by --metrics-port',
      exitCode: EXIT.unreachable,
      cause: error,
    })
  }
}

const external = (url: string): OpenDatabase => ({ url, embedded: false, close: async () => undefined })

/** The embedded cluster of a configuration's data directory. */
const openEmbedded = async (config: Config): Promise<OpenDatabase> => {
  const postgres = await startEmbeddedPostgres({ dataDir: resolve(config.dataDir, 'postgres') })
  return { url: postgres.url('tasker'), embedded: true, close: () => postgres.stop() }
}

export const migrateDatabase = async (url: string): Promise<Migrated> => {
  try {
    const before = await checkSchema(url)
    const migrated = await migrate(url)
    if (E.isLeft(migrated)) {
      const { code, message } = migrated.left
      throw new UserError({
        code,
        message,
        exitCode: EXIT.usage,
        remedy: 'use the newer Tasker; nothing was changed',
      })
    }
    const to = before.kind === 'current' ? before.number : before.expected
    return { from: before.number, to, applied: migrated.right }
  } catch (error) {
    const trouble = error instanceof UserError ? undefined : connectionTrouble(url, error)
    throw trouble === undefined ? error : new UserError({ ...trouble, exitCode: EXIT.unreachable, cause: error })
  }
}

const redisReport = async (url: string): Promise<RedisReport> => {
  try {
    const { probeRedis } = await import('./queue/probe-redis.js')
    const { version, maxmemoryPolicy, appendonly } = await probeRedis(url)
    return {
      reachable: true,
      version,
      maxmemoryPolicy: maxmemoryPolicy === 'unknown' ? undefined : maxmemoryPolicy,
      appendOnly: appendonly,
    }
  } catch (error) {
    if (!(error instanceof QueueFault)) throw error
    const remedy = 'start Redis, correct REDIS_URL, or unset it to use the Postgres backend'
    return { reachable: false, trouble: { code: error.code, message: error.message, remedy } }
  }
}

const issuerReport: Probes['issuer'] = async (rules) => {
  const { createKeySet } = await import('./http/auth/key-set.js')
  return createKeySet(rules.keys, systemClock)
    .refresh()
    .then(
      ({ keys }) => ({ readable: true, keys }) as const,
      (error: unknown) =>
        ({ readable: false, message: error instanceof Error ? error.message : String(error) }) as const,
    )
}

export const probes: Probes = {
  database: probeDatabase,
  redis: redisReport,
  embedded: inspectEmbeddedPostgres,
  issuer: issuerReport,
  misfits: async () => misfits(packageRoot),
  figures: async (config, logger) => {
    const { figures, close } = await openLog(config, logger)
    try {
      return await figures()
    } finally {
      await close()
    }
  },
}
