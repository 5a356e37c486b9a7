/**
 * The worker: runs what the engine has claimed, one function call an attempt, and reports what it came to. It holds no
 * truth: an attempt that it loses is claimed again elsewhere, and what it reports too late is refused and kept as
 * evidence. A report that cannot reach the log is repeated until it does, or until the lease is lost.
 */
import type { Outcome } from '../core/outcome.js'
import type { Claimed, Engine } from '../engine/engine.js'
import { taskOf } from '../engine/ids.js'
import type { Clock } from '../ports/clock.js'
import type { Logger } from '../ports/logger.js'
import type { Measures } from '../ports/measures.js'
import type { Span, Traces } from '../ports/traces.js'
import { attemptSpans } from './attempt-spans.js'
import { type Attempted, createReport } from './report.js'
import { StopSignal } from './stop-signal.js'

export interface WorkerNeeds {
  readonly engine: Pick<Engine, 'ask' | 'slots'>
  readonly clock: Clock
  readonly logger: Logger
  readonly measures: Measures
  readonly traces: Traces
  readonly worker: string
  /** Runs one attempt; never throws. */
  attempt(claimed: Claimed, stop: StopSignal, span: Span): Promise<Attempted>
}

export interface Worker {
  run(claimed: Claimed): void
  abort(stream: string, step: number, attempt: number): void
  abortAll(): void
  /** Resolves when no attempt runs. */
  idle(): Promise<void>
  /** Streams with running attempts. */
  streams(): ReadonlyArray<string>
}

export const createWorker = (needs: WorkerNeeds): Worker => {
  const { engine, logger, measures, traces } = needs
  const report = createReport(needs)
  const running = new Map<string, { readonly stream: string; readonly stop: StopSignal }>()
  const idlers: Array<() => void> = []

  const run = async (given: Claimed): Promise<void> => {
    const { claimed, attempt, end } = attemptSpans(traces, given)
    const key = keyOf(claimed.stream, claimed.node.id, claimed.attempt)
    const stop = new StopSignal()
    running.set(key, { stream: claimed.stream, stop })
    const since = performance.now()
    let attempted: Attempted | undefined
    try {
      attempted = await attempt.within(() => needs.attempt(claimed, stop, attempt))
    } finally {
      // The slot is free before the report is decided, so that the same chain may claim the next step.
      engine.slots.release(claimed.queue)
    }
    measures.attempted(claimed.node.definition.handler, attempted.outcome.kind, performance.now() - since)
    end(attempted.outcome)
    tell(logger, claimed, attempted.outcome, attempt)
    if (attempted.settled !== true) await report(claimed, attempted, stop)
    running.delete(key)
    if (running.size === 0) for (const idler of idlers.splice(0)) idler()
  }

  return {
    run: (claimed) => {
      run(claimed).catch((error) => {
        const { stream, node, attempt } = claimed
        logger.error('an attempt broke', { stream, step: node.definition.name, attempt, error: String(error) })
      })
    },
    abort: (stream, step, attempt) => {
      running.get(keyOf(stream, step, attempt))?.stop.stop(new Error('the step was cancelled'))
    },
    abortAll: () => {
      for (const { stop } of running.values()) stop.stop(new Error('the lease was lost'))
    },
    idle: () => (running.size === 0 ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))),
    streams: () => [...new Set([...running.values()].map(({ stream }) => stream))],
  }
}

const keyOf = (stream: string, step: number, attempt: number): string => `${stream}/${step}/${attempt}`

/** A failure's message is in the log of events, masked; here stands where to look. */
const tell = (logger: Logger, { stream, node, attempt }: Claimed, outcome: Outcome, { traceparent }: Span): void => {
  const { name, handler } = node.definition
  const trace = traceparent === undefined ? {} : { trace: traceparent.split('-')[1] }
  const of = { task: taskOf(stream), step: name, attempt, handler, ...trace }
  if (outcome.kind !== 'failed') return logger.debug('an attempt ended', { ...of, outcome: outcome.kind })
  logger.info('an attempt failed', { ...of, code: outcome.error.code, retryable: outcome.retryable })
}
