/** What this process can run, and how: the worker's attempts put together from its options. */
import * as E from 'fp-ts/lib/Either.js'
import type { createCatalog } from '../catalog/catalog.js'
import type { vocabularyOf } from '../catalog/vocabulary.js'
import { DEFAULT_CONCURRENCY } from './core/limits.js'
import { CATALOG_NAMESPACE, queueOf } from './core/step.js'
import { type Engine, workerActor } from './engine/engine.js'
import { planStep } from './planner/plan-step.js'
import type { Clock } from './ports/clock.js'
import { type Handler, StepFailure } from './ports/handler.js'
import type { Log } from './ports/log.js'
import type { Logger } from './ports/logger.js'
import type { Measures } from './ports/measures.js'
import type { Traces } from './ports/traces.js'
import type { TaskerOptions } from './tasker-options.js'
import { createAttempt } from './worker/attempt.js'
import { observedPlanner } from './worker/observed-planner.js'
import { cachedPayloads } from './worker/payload-cache.js'
import { openPlanningSession } from './worker/planning-attempt.js'
import { createReminder, type Remind } from './worker/reminder.js'
import type { SecretsProvider } from './worker/resolve.js'
import type { WorkerNeeds } from './worker/worker.js'

const noSecrets: SecretsProvider = async () => undefined

export interface AttemptParts {
  readonly log: Log
  readonly catalog: ReturnType<typeof createCatalog>
  readonly byCallable: ReadonlyMap<string, Handler>
  readonly vocabulary: ReturnType<typeof vocabularyOf>
  readonly workerName: string
  readonly measures: Measures
  readonly traces: Traces
  /** The engine is made after the worker that it hands its claims to. */
  engine(): Engine
}

/** How an attempt is run here: with which handlers, secrets and planner. */
export const attemptsOf = (options: TaskerOptions, parts: AttemptParts, clock: Clock): WorkerNeeds['attempt'] => {
  const { log, catalog, byCallable, vocabulary, workerName, traces } = parts
  const { planner } = options
  return createAttempt({
    log: cachedPayloads(log),
    expressions: catalog.expressions,
    secrets: options.secrets ?? noSecrets,
    privateHosts: options.privateHosts ?? [],
    handlerOf: (callable) => byCallable.get(callable),
    traces,
    saveCheckpoint: async ({ stream, node, attempt, trace }, checkpoint) => {
      const command = { type: 'save-checkpoint', step: node.id, attempt, checkpoint } as const
      const reply = await parts.engine().ask(stream, { command, actor: workerActor(workerName), trace })
      if (E.isLeft(reply)) throw new StepFailure(reply.left.code, reply.left.message, { retryable: true })
    },
    plan: async (claimed, config, signal, span) => {
      if (planner === undefined) throw noPlanner()
      const needs = { engine: parts.engine(), log, clock, vocabulary, provider: planner.provider }
      const session = await openPlanningSession(needs, claimed, config, signal)
      await planStep(session, observedPlanner(planner, parts, span), {
        ...(options.plannerModel === undefined ? {} : { model: options.plannerModel }),
        ...(options.prices === undefined ? {} : { prices: options.prices }),
      })
    },
  })
}

/** How people are reminded of gates here: with the same handlers, secrets and hosts as attempts. */
export const remindersOf = (
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
export const runnableBy =
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

export const capacitiesOf = (options: TaskerOptions): Readonly<Record<string, number>> => {
  const { namespace = 'default', serves = 'all', concurrency = DEFAULT_CONCURRENCY } = options
  if (serves === 'none') return {}
  const catalog = { [CATALOG_NAMESPACE]: concurrency }
  return serves === 'catalog' ? catalog : { ...catalog, [queueOf('', namespace)]: concurrency }
}
