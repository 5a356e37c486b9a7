/**
 * The composition root and the package's entry: the only place that builds concrete adapters. `createTasker` makes an
 * engine, a worker and the API of a user's own program out of a database, a queue, handlers and a planner.
 */
import { hostname } from 'node:os'
import * as E from 'fp-ts/lib/Either.js'
import { type CatalogOptions, createCatalog } from '../catalog/catalog.js'
import { createWebhookTransport } from '../catalog/http/webhook-transport.js'
import { vocabularyOf } from '../catalog/vocabulary.js'
import { type Api, apiOf } from './api.js'
import { type AttemptParts, attemptsOf, capacitiesOf, remindersOf, runnableBy } from './attempts.js'
import type { EventType } from './core/event.js'
import { DEFAULT_CONCURRENCY, DRAIN_GRACE_MS } from './core/limits.js'
import { claimLimitsOf } from './engine/configured-limits.js'
import { createEngine, type Engine } from './engine/engine.js'
import { createLeader, type Leader } from './engine/leader.js'
import { evolveDigest } from './engine/snapshot.js'
import { DatabaseRefused } from './log/database-refused.js'
import { createPostgresLog } from './log/postgres-log.js'
import { createRowStore } from './log/rows.js'
import type { Clock } from './ports/clock.js'
import type { Log } from './ports/log.js'
import { type Logger, silentLogger } from './ports/logger.js'
import { noMeasures } from './ports/measures.js'
import type { Consumer, Queue } from './ports/queue.js'
import type { DeliveryContext, Handle, SubscriptionAdministration } from './ports/subscription.js'
import { refuseInvalidProjections } from './projector/projector.js'
import { queueWhenNeeded } from './queue/queue-when-needed.js'
import { createSubscriptions, type Subscribe } from './subscriptions/subscriptions.js'
import { type WebhookOptions, webhook } from './subscriptions/webhook.js'
import { systemClock } from './system-clock.js'
import type { TaskerOptions } from './tasker-options.js'
import type { Metrics } from './telemetry/metrics.js'
import { createTraces } from './telemetry/traces.js'
import { drain, leaving } from './worker/drain.js'
import { createWorker, type Worker } from './worker/worker.js'

export { defineHandler } from '../catalog/define-handler.js'
export { type At, add, type Change, type Projection, patch, put, remove } from '../projections/projection.js'
export type { Provenance } from './audit/provenance.js'
export type { ConfiguredLimits } from './engine/configured-limits.js'
export { LimitsInvalid } from './engine/configured-limits.js'
export type { Keys, KeyView, NewKey } from './engine/keys.js'
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
export type { Projections } from './ports/projections.js'
export type { DeliveredEvent, DeliveryContext, Subscription } from './ports/subscription.js'
export { ProjectionRefused } from './projector/projection-error.js'
export { isSigned } from './subscriptions/signature.js'
export { SubscriptionRefused } from './subscriptions/subscription-refused.js'
export type { TaskerOptions } from './tasker-options.js'
export { type Metrics, taskerMetrics } from './telemetry/metrics.js'
export { TemplateInvalid, TemplateRefused } from './templates/registry.js'
export { type ChildTask, childTask } from './worker/child-task.js'

export interface Tasker extends Api {
  /** Events as they are appended, from anywhere in the log on: with a name, kept and shared; without, for this process. */
  readonly subscribe: Subscribe
  /** What may be asked about subscriptions that have a name. */
  readonly subscriptions: SubscriptionAdministration
  /** What waits to be worked on, for those who only look. */
  readonly queue: Pick<Queue, 'depth' | 'own'>
  /** Those that it was made with. */
  readonly metrics?: Metrics
  /** A handler for `subscribe` that posts each event, signed. */
  webhook(options: WebhookOptions): Handle<EventType, DeliveryContext>
  /**
   * Takes nothing new, lets running attempts end (for a while), and gives back what is left. What cannot be reached any
   * more is left and told to the logger: its attempts are taken back when the session expires.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>
}

/** A worker is a process: on which machine, and which one. */
const workerName = `${hostname()}:${process.pid}`

/**
 * Opens the log and the queue, and starts to work. Throws where one of them cannot be reached or is refused. One that only
 * asks (`serves: 'none'`, `sweeps: false`) needs no queue: it opens it when it has a hint to send.
 */
export const createTasker = async (options: TaskerOptions): Promise<Tasker> => {
  claimLimitsOf(options.limits ?? {})
  if (typeof options.projections === 'object') refuseInvalidProjections(options.projections)
  const opened = await createPostgresLog({
    connectionString: options.databaseUrl,
    ...(options.metrics === undefined ? {} : { onAppended: options.metrics.measures.appended }),
  })
  if (E.isLeft(opened)) throw new DatabaseRefused(opened.left.code, opened.left.message)
  const log = opened.right
  try {
    const queue = await queueOf(options, log)
    return await startTasker(options, log, queue)
  } catch (error) {
    await log.close()
    throw error
  }
}

const queueOf = (options: TaskerOptions, log: Log): Promise<Queue> | Queue =>
  options.serves === 'none' && options.sweeps === false
    ? queueWhenNeeded(() => openQueue(options, log))
    : openQueue(options, log)

/** BullMQ is loaded by those who open one: it takes a fifth of a second. */
const openQueue = async (
  { redisUrl, databaseUrl, queuePrefix, logger = silentLogger }: TaskerOptions,
  log: Log,
): Promise<Queue> => {
  const onFault = (error: Error): void => logger.warn('the queue is in trouble', { error: error.message })
  if (redisUrl === undefined) {
    const { createPostgresQueue } = await import('./queue/postgres-queue.js')
    return createPostgresQueue({ url: databaseUrl, onFault })
  }
  const { createRedisQueue } = await import('./queue/redis-queue.js')
  return createRedisQueue({ url: redisUrl, prefix: queuePrefix ?? `tasker-${await log.installation()}`, onFault })
}

/** The same over a log and a queue that are open already: for the simulation and for tests. */
export const startTasker = async (
  options: TaskerOptions,
  log: Log,
  queue: Queue,
  tools: CatalogOptions = {},
): Promise<Tasker> => {
  const { clock = systemClock, logger = silentLogger } = options
  const catalog = createCatalog({ rows: createRowStore(), connections: options.connections ?? {}, ...tools })
  const handlers = [...catalog.handlers, ...(options.handlers ?? [])]
  const vocabulary = vocabularyOf(handlers)
  const byCallable = new Map(handlers.map((handler) => [handler.capability.callable, handler]))
  const measures = options.metrics?.measures ?? noMeasures
  const traces = createTraces()
  const parts = { log, catalog, byCallable, vocabulary, workerName, measures, traces }
  const { engine, worker, remind } = startEngine(options, { ...parts, queue, clock, logger })

  const { api, runSchedules, projections } = apiOf({ ...parts, engine, clock, logger }, options)
  const leader = createLeader({ log, queue, engine, clock, logger, measures, remind, runSchedules })
  await engine.openLease()
  const consumers = await engine.dispatcher.consume(options.concurrency ?? DEFAULT_CONCURRENCY)
  if (options.sweeps ?? true) leader.start()

  const subscriptions = createSubscriptions({ log, clock, logger, databaseUrl: options.databaseUrl })
  options.metrics?.reads({
    standing: () => log.standing(clock.now()),
    depths: () =>
      Promise.all(engine.slots.queues.map(async (name) => ({ queue: name, hints: await queue.depth(name) }))),
    slots: engine.slots,
    // What runs in memory has none.
    ...(options.databaseUrl === '' ? {} : { projections, subscriptions: subscriptions.administration }),
  })
  const transport = createWebhookTransport(catalog.http, options.privateHosts ?? [])

  return {
    subscribe: subscriptions.subscribe,
    subscriptions: subscriptions.administration,
    webhook: (hook) => webhook(transport, clock, hook),
    queue,
    ...(options.metrics === undefined ? {} : { metrics: options.metrics }),
    ...api,
    close: leavingBy({
      ...parts,
      log,
      queue,
      engine,
      worker,
      leader,
      consumers,
      projections,
      subscriptions,
      clock,
      logger,
    }),
  }
}

interface EngineNeeds extends Omit<AttemptParts, 'engine'> {
  readonly queue: Queue
  readonly clock: Clock
  readonly logger: Logger
}

/** The engine and the worker, each of which calls the other. */
const startEngine = (options: TaskerOptions, needs: EngineNeeds) => {
  const { log, queue, byCallable, workerName, clock, logger, measures, traces } = needs
  const canRun = runnableBy(options, byCallable)

  const parts = { ...needs, engine: () => engine }
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
    measures,
    traces,
    worker: workerName,
    attempt: attemptsOf(options, parts, clock),
  })

  const engine: Engine = createEngine({
    log,
    queue,
    clock,
    logger,
    measures,
    traces,
    evolveDigest: evolveDigest(),
    worker: workerName,
    capacities: capacitiesOf(options),
    limits: claimLimitsOf(options.limits ?? {}),
    handlers: [...byCallable.keys()].filter(canRun),
    canRun,
    handlerVersion: (handler) => byCallable.get(handler)?.capability.version,
    run: worker.run,
    abort: worker.abort,
    abortAll: worker.abortAll,
    remind,
  })
  return { engine, worker, remind }
}

interface Running {
  readonly log: Log
  readonly queue: Queue
  readonly catalog: ReturnType<typeof createCatalog>
  readonly engine: Engine
  readonly worker: Worker
  readonly leader: Leader
  readonly consumers: ReadonlyArray<Consumer>
  readonly projections: { close(): Promise<void> }
  readonly subscriptions: { close(options: { readonly graceMs: number }): Promise<void> }
  readonly clock: Clock
  readonly logger: Logger
}

/** Who reads from the log goes first, then who writes to it, then what both used. */
const leavingBy =
  ({ log, queue, catalog, projections, subscriptions, logger, ...rest }: Running): Tasker['close'] =>
  async ({ graceMs = DRAIN_GRACE_MS } = {}) => {
    const ended = leaving(logger)
    await Promise.all([
      ended('subscriptions', subscriptions.close({ graceMs })),
      ended('projections', projections.close()),
    ])
    await drain({ ...rest, workerName, graceMs, ended })
    await Promise.all([ended('the queue', queue.close()), ended('the catalog', catalog.close())])
    await ended('the log', log.close())
  }
