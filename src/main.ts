/**
 * The composition root and the package's entry: the only place that builds concrete adapters. `createTasker` makes an
 * engine, a worker and the API of a user's own program out of a database, a queue, handlers and a planner.
 */
import { hostname } from 'node:os'
import * as E from 'fp-ts/lib/Either.js'
import { type CatalogOptions, createCatalog } from '../catalog/catalog.js'
import { createWebhookTransport } from '../catalog/http/webhook-transport.js'
import { vocabularyOf } from '../catalog/vocabulary.js'
import type { Projection } from '../projections/projection.js'
import { type Api, apiOf } from './api.js'
import type { EventType } from './core/event.js'
import { DEFAULT_CONCURRENCY, DRAIN_GRACE_MS } from './core/limits.js'
import { CATALOG_NAMESPACE, queueOf } from './core/step.js'
import { type ConfiguredLimits, claimLimitsOf } from './engine/configured-limits.js'
import { createEngine, type Engine, workerActor } from './engine/engine.js'
import { createLeader } from './engine/leader.js'
import { evolveDigest } from './engine/snapshot.js'
import { DatabaseRefused } from './log/database-refused.js'
import { createPostgresLog } from './log/postgres-log.js'
import { createRowStore } from './log/rows.js'
import { planStep } from './planner/plan-step.js'
import type { Prices } from './planner/prices.js'
import type { Clock } from './ports/clock.js'
import type { Connections } from './ports/connections.js'
import { type Handler, StepFailure } from './ports/handler.js'
import type { Log } from './ports/log.js'
import { type Logger, silentLogger } from './ports/logger.js'
import type { Planner } from './ports/planner.js'
import type { Queue } from './ports/queue.js'
import type { DeliveryContext, Handle, SubscriptionAdministration } from './ports/subscription.js'
import { createPostgresQueue } from './queue/postgres-queue.js'
import { createRedisQueue } from './queue/redis-queue.js'
import { createSubscriptions, type Subscribe } from './subscriptions/subscriptions.js'
import { type WebhookOptions, webhook } from './subscriptions/webhook.js'
import { systemClock } from './system-clock.js'
import { createAttempt } from './worker/attempt.js'
import { drain } from './worker/drain.js'
import { openPlanningSession } from './worker/planning-attempt.js'
import { createReminder, type Remind } from './worker/reminder.js'
import type { SecretsProvider } from './worker/resolve.js'
import { createWorker, type Worker, type WorkerNeeds } from './worker/worker.js'

export { defineHandler } from '../catalog/define-handler.js'
export { type At, add, type Change, type Projection, patch, put, remove } from '../projections/projection.js'
export type { Provenance } from './audit/provenance.js'
export type { ConfiguredLimits } from './engine/configured-limits.js'
export { LimitsInvalid } from './engine/configured-limits.js'
export type { NewSchedule, Schedules, ScheduleView } from './engine/schedules.js'
export { TaskRefused } from './engine/tasks.js'
export { DatabaseRefused } from './log/database-refused.js'
export type { SqlClient } from './log/transactions.js'
export { anthropicWhenAsked as anthropicPlanner } from './planner/anthropic-when-asked.js'
export { definePlanner, type PlannerDefinition, type RulesRequest } from './planner/define-planner.js'
export { openAiPlanner } from './planner/openai.js'
export { parseRecorded, recordedPlanner } from './planner/recorded.js'
export type { Handler, HandlerCall, HandlerContext } from './ports/handler.js'
export { outcome, StepFailure } from './ports/handler.js'
export type { InboxClient } from './ports/log.js'
export type { Planner } from './ports/planner.js'
export type { DeliveredEvent, DeliveryContext, Subscription } from './ports/subscription.js'
export { isSigned } from './subscriptions/signature.js'
export { SubscriptionRefused } from './subscriptions/subscription-refused.js'
export { TemplateInvalid, TemplateRefused } from './templates/registry.js'

export interface TaskerOptions {
  /** Postgres: a direct connection or session pooling. The schema must be current (`tasker migrate`). */
  readonly databaseUrl: string
  /** Redis for BullMQ; absent, BullMQ's Postgres backend in a database beside the log's. */
  readonly redisUrl?: string
  /** Before every key in Redis, where several installations share one. */
  readonly queuePrefix?: string
  /** The namespace whose steps this process runs beside the catalog's. */
  readonly namespace?: string
  readonly handlers?: ReadonlyArray<Handler>
  /** `all` runs the namespace's and the catalog's steps, `catalog` the catalog's alone, `none` only decides. */
  readonly serves?: 'all' | 'catalog' | 'none'
  /** Attempts that run at a time, of each queue. */
  readonly concurrency?: number
  /** Of attempts, over all processes together; the same in every process. Throws `LimitsInvalid`. */
  readonly limits?: ConfiguredLimits
  /** Whether this process may lead the sweeper; absent, it may. */
  readonly sweeps?: boolean
  /** Whether this process keeps the projections up with the log where no other one does, and which beside Tasker's own. */
  readonly projections?: boolean | ReadonlyArray<Projection>
  readonly planner?: Planner
  /** The model of planning steps that name none. */
  readonly plannerModel?: string
  readonly prices?: Prices
  readonly secrets?: SecretsProvider
  /** Databases and mail servers that steps may use by name. */
  readonly connections?: Connections
  /** Exact `host:port` that may be private or loopback. */
  readonly privateHosts?: ReadonlyArray<string>
  /** Who is in which group, for gates. */
  readonly groups?: Readonly<Record<string, ReadonlyArray<string>>>
  /** Which of a template's environments applies; absent, none. */
  readonly environment?: string
  readonly logger?: Logger
  readonly clock?: Clock
}

export interface Tasker extends Api {
  /** Events as they are appended, from anywhere in the log on: with a name, kept and shared; without, for this process. */
  readonly subscribe: Subscribe
  /** What may be asked about subscriptions that have a name. */
  readonly subscriptions: SubscriptionAdministration
  /** A handler for `subscribe` that posts each event, signed. */
  webhook(options: WebhookOptions): Handle<EventType, DeliveryContext>
  /** Takes nothing new, lets running attempts end (for a while), and gives back what is left. */
  close(options?: { readonly graceMs?: number }): Promise<void>
}

/** A worker is a process: on which machine, and which one. */
const workerName = `${hostname()}:${process.pid}`

const noSecrets: SecretsProvider = async () => undefined

/** Opens the log and the queue, and starts to work. Throws where one of them cannot be reached or is refused. */
export const createTasker = async (options: TaskerOptions): Promise<Tasker> => {
  claimLimitsOf(options.limits ?? {})
  const opened = await createPostgresLog({ connectionString: options.databaseUrl })
  if (E.isLeft(opened)) throw new DatabaseRefused(opened.left.code, opened.left.message)
  const log = opened.right
  try {
    const queue = await openQueue(options)
    return await startTasker(options, log, queue)
  } catch (error) {
    await log.close()
    throw error
  }
}

const openQueue = ({
  redisUrl,
  databaseUrl,
  queuePrefix = 'tasker',
  logger = silentLogger,
}: TaskerOptions): Promise<Queue> => {
  const onFault = (error: Error): void => logger.warn('the queue is in trouble', { error: error.message })
  return redisUrl === undefined
    ? createPostgresQueue({ url: databaseUrl, onFault })
    : createRedisQueue({ url: redisUrl, prefix: queuePrefix, onFault })
}

/** The same over a log and a queue that are open already: for the simulation and for tests. */
export const startTasker = async (
  options: TaskerOptions,
  log: Log,
  queue: Queue,
  tools: CatalogOptions = {},
): Promise<Tasker> => {
  const { clock = systemClock, logger = silentLogger, namespace = 'default' } = options
  const catalog = createCatalog({ rows: createRowStore(), connections: options.connections ?? {}, ...tools })
  const handlers = [...catalog.handlers, ...(options.handlers ?? [])]
  const vocabulary = vocabularyOf(handlers)
  const byCallable = new Map(handlers.map((handler) => [handler.capability.callable, handler]))
  const canRun = runnableBy(options, byCallable)

  const parts = { log, catalog, byCallable, vocabulary, workerName, engine: () => engine }
  const remind = remindersOf(options, parts, clock, logger)
  const worker: Worker = createWorker({
    engine: {
      ask: (...asked) => engine.ask(...asked),
      get slots() {
        return engine.slots
      },
    },
    clock,
    logger,
    worker: workerName,
    attempt: attemptsOf(options, parts),
  })

  const engine: Engine = createEngine({
    log,
    queue,
    clock,
    logger,
    evolveDigest: evolveDigest(),
    worker: workerName,
    capacities: capacitiesOf(options, namespace),
    limits: claimLimitsOf(options.limits ?? {}),
    handlers: [...byCallable.keys()].filter(canRun),
    canRun,
    handlerVersion: (handler) => byCallable.get(handler)?.capability.version,
    run: worker.run,
    abort: worker.abort,
    abortAll: worker.abortAll,
    remind,
  })

  const { api, runSchedules, projections } = apiOf({ ...parts, engine, clock, logger }, options)
  const leader = createLeader({ log, queue, engine, clock, logger, remind, runSchedules })
  await engine.openLease()
  const consumers = await Promise.all(
    engine.slots.queues.map((name) =>
      queue.consume(name, options.concurrency ?? DEFAULT_CONCURRENCY, (hint) => engine.dispatcher.receive(name, hint)),
    ),
  )
  if (options.sweeps ?? true) leader.start()

  const subscriptions = createSubscriptions({ log, clock, logger, databaseUrl: options.databaseUrl })
  const transport = createWebhookTransport(catalog.http, options.privateHosts ?? [])

  return {
    subscribe: subscriptions.subscribe,
    subscriptions: subscriptions.administration,
    webhook: (hook) => webhook(transport, clock, hook),
    ...api,
    close: async ({ graceMs = DRAIN_GRACE_MS } = {}) => {
      await Promise.all([subscriptions.close({ graceMs }), projections.close()])
      await drain({ engine, worker, workerName, leader, consumers, clock, graceMs })
      await Promise.all([queue.close(), catalog.close()])
      await log.close()
    },
  }
}

interface AttemptParts {
  readonly log: Log
  readonly catalog: ReturnType<typeof createCatalog>
  readonly byCallable: ReadonlyMap<string, Handler>
  readonly vocabulary: ReturnType<typeof vocabularyOf>
  readonly workerName: string
  /** The engine is made after the worker that it hands its claims to. */
  engine(): Engine
}

/** How an attempt is run here: with which handlers, secrets and planner. */
const attemptsOf = (options: TaskerOptions, parts: AttemptParts): WorkerNeeds['attempt'] => {
  const { log, catalog, byCallable, vocabulary, workerName } = parts
  const { planner } = options
  return createAttempt({
    log,
    expressions: catalog.expressions,
    secrets: options.secrets ?? noSecrets,
    privateHosts: options.privateHosts ?? [],
    handlerOf: (callable) => byCallable.get(callable),
    saveCheckpoint: async ({ stream, node, attempt }, checkpoint) => {
      const command = { type: 'save-checkpoint', step: node.id, attempt, checkpoint } as const
      const reply = await parts.engine().ask(stream, { command, actor: workerActor(workerName) })
      if (E.isLeft(reply)) throw new StepFailure(reply.left.code, reply.left.message, { retryable: true })
    },
    plan: async (claimed, config, signal) => {
      if (planner === undefined) throw noPlanner()
      const needs = { engine: parts.engine(), log, vocabulary, provider: planner.provider }
      const session = await openPlanningSession(needs, claimed, config, signal)
      await planStep(session, planner, {
        ...(options.plannerModel === undefined ? {} : { model: options.plannerModel }),
        ...(options.prices === undefined ? {} : { prices: options.prices }),
      })
    },
  })
}

/** How people are reminded of gates here: with the same handlers, secrets and hosts as attempts. */
const remindersOf = (
  options: TaskerOptions,
  { log, catalog, byCallable, engine }: AttemptParts,
  clock: Clock,
  logger: Logger,
): Remind =>
  createReminder({
    log,
    expressions: catalog.expressions,
    secrets: options.secrets ?? noSecrets,
    privateHosts: options.privateHosts ?? [],
    handlerOf: (callable) => byCallable.get(callable),
    engine: { look: (...asked) => engine().look(...asked) },
    clock,
    logger,
  })

const PLAN_HANDLER = 'catalog:plan'

/** Without a planner a planning step is left to a process that has one: claimed here, it could only fail. */
const runnableBy =
  ({ planner }: TaskerOptions, handlers: ReadonlyMap<string, Handler>) =>
  (handler: string): boolean =>
    handlers.has(handler) && (handler !== PLAN_HANDLER || planner !== undefined)

const noPlanner = (): StepFailure =>
  new StepFailure(
    'planner_not_configured',
    'this worker has no planner: give it one, or run planning steps elsewhere',
    {
      retryable: false,
    },
  )

const capacitiesOf = (options: TaskerOptions, namespace: string): Readonly<Record<string, number>> => {
  const { serves = 'all', concurrency = DEFAULT_CONCURRENCY } = options
  if (serves === 'none') return {}
  const catalog = { [CATALOG_NAMESPACE]: concurrency }
  return serves === 'catalog' ? catalog : { ...catalog, [queueOf('', namespace)]: concurrency }
}
