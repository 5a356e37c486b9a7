/**
 * An engine with a worker whose handlers are plain functions: everything real but the catalog. Over the memory log and
 * the memory queue by default; any other log or queue may be given.
 */
import { type ClaimLimits, NO_LIMITS } from '../../src/core/claim-limits.js'
import type { Json } from '../../src/core/json.js'
import type { Outcome } from '../../src/core/outcome.js'
import type { StepDefinition } from '../../src/core/step.js'
import type { Template } from '../../src/core/template.js'
import { pack } from '../../src/engine/contents.js'
import { type Claimed, createEngine, type Engine } from '../../src/engine/engine.js'
import { createLeader, type Leader } from '../../src/engine/leader.js'
import { createTasks, type Tasks, type TasksNeeds } from '../../src/engine/tasks.js'
import { createMemoryLog } from '../../src/log/memory-log.js'
import type { Clock } from '../../src/ports/clock.js'
import { StepFailure } from '../../src/ports/handler.js'
import type { Log } from '../../src/ports/log.js'
import { silentLogger } from '../../src/ports/logger.js'
import { noMeasures } from '../../src/ports/measures.js'
import type { Consumer, Queue } from '../../src/ports/queue.js'
import { noTraces } from '../../src/ports/traces.js'
import { createMemoryQueue } from '../../src/queue/memory-queue.js'
import type { StopSignal } from '../../src/worker/stop-signal.js'
import { createWorker, type Worker, type WorkerNeeds } from '../../src/worker/worker.js'

export type Run = (claimed: Claimed, stop: StopSignal) => Promise<Json | Outcome> | Json | Outcome

/** Real time; unlike the library's clock it keeps the test's process alive while something is still to come. */
const testClock: Clock = {
  now: () => Date.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms)
    return { cancel: () => clearTimeout(timer) }
  },
  random: () => Math.random(),
}

export interface SmallEngine {
  readonly engine: Engine
  readonly tasks: Tasks
  readonly worker: Worker
  readonly leader: Leader
  readonly log: Log
  stop(): Promise<void>
}

export interface SmallOptions {
  readonly run: Run
  readonly log?: Log
  readonly queue?: Queue
  readonly clock?: Clock
  readonly concurrency?: number
  readonly limits?: ClaimLimits
  readonly name?: string
  readonly putInInbox?: TasksNeeds['putInInbox']
}

const isOutcome = (value: Json | Outcome): value is Outcome =>
  typeof value === 'object' && value !== null && 'kind' in value

export const startSmallEngine = async (options: SmallOptions): Promise<SmallEngine> => {
  const { clock = testClock, name = 'small', concurrency = 10 } = options
  const log = options.log ?? createMemoryLog(clock)
  const queue = options.queue ?? createMemoryQueue()
  const worker = createWorker({
    engine: {
      ask: (...asked) => engine.ask(...asked),
      get slots() {
        return engine.slots
      },
    },
    clock,
    logger: silentLogger,
    measures: noMeasures,
    traces: noTraces,
    worker: name,
    attempt: attemptBy(options.run),
  })
  const engine: Engine = createEngine({
    log,
    queue,
    clock,
    logger: silentLogger,
    measures: noMeasures,
    traces: noTraces,
    evolveDigest: 'test',
    worker: name,
    capacities: { default: concurrency },
    limits: options.limits ?? NO_LIMITS,
    canRun: () => true,
    handlerVersion: () => undefined,
    run: worker.run,
    abort: worker.abort,
    abortAll: worker.abortAll,
  })
  await engine.openLease()
  const consumers = await engine.dispatcher.consume(concurrency)
  const tasks = createTasks({
    log,
    engine,
    clock,
    logger: silentLogger,
    traces: noTraces,
    vocabularyDigest: 'sha256:none',
    checkInput: async () => undefined,
    putInInbox: options.putInInbox ?? (() => Promise.reject(new Error('this log has no inbox for clients'))),
  })
  const leader = createLeader({ log, queue, engine, clock, logger: silentLogger, measures: noMeasures })
  return {
    engine,
    tasks,
    worker,
    leader,
    log,
    stop: () => stop(engine, worker, consumers),
  }
}

const stop = async (engine: Engine, worker: Worker, consumers: ReadonlyArray<Consumer>): Promise<void> => {
  engine.stopClaiming()
  await Promise.all(consumers.map((consumer) => consumer.close()))
  await worker.idle()
  engine.dispatcher.stop()
  await engine.idle()
  await engine.lease.end()
}

const attemptBy =
  (run: Run): WorkerNeeds['attempt'] =>
  async (claimed, stop) => {
    try {
      const value = await run(claimed, stop)
      if (isOutcome(value)) return { outcome: value, payloads: [] }
      const { content, payload } = pack(value)
      return { outcome: { kind: 'completed', result: content }, payloads: payload === undefined ? [] : [payload] }
    } catch (error) {
      const failure = error instanceof StepFailure ? error : undefined
      const said = { code: failure?.code ?? 'handler_error', message: String(error) }
      return { outcome: { kind: 'failed', error: said, retryable: failure?.retryable ?? true }, payloads: [] }
    }
  }

/** A template of steps, each of them `name: [dependencies]` or a whole definition. */
export const templateWith = (
  steps: Readonly<Record<string, ReadonlyArray<string> | Partial<StepDefinition>>>,
): Template => ({
  name: 'small',
  namespace: 'default',
  version: '1',
  description: '',
  bounds: {},
  lifecycle: {},
  digest: 'sha256:none',
  steps: Object.entries(steps).map(([name, step]) => {
    const given: Partial<StepDefinition> = Array.isArray(step)
      ? { dependencies: step }
      : (step as Partial<StepDefinition>)
    return { type: 'standard', handler: name, dependencies: [], ...given, name }
  }),
})
