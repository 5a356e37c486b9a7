/**
 * The worker: runs what the engine has claimed, one function call an attempt, and reports what it came to. It holds no
 * truth: an attempt that it loses is claimed again elsewhere, and what it reports too late is refused and kept as
 * evidence. A report that cannot reach the log is repeated until it does, or until the lease is lost.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Command } from '../core/decide/command.js'
import type { Outcome } from '../core/outcome.js'
import { type Claimed, type Engine, workerActor } from '../engine/engine.js'
import type { Clock } from '../ports/clock.js'
import type { Payload } from '../ports/log.js'
import type { Logger } from '../ports/logger.js'
import type { Measures } from '../ports/measures.js'
import { StopSignal } from './stop-signal.js'

export interface Attempted {
  readonly outcome: Outcome
  readonly payloads: ReadonlyArray<Payload>
  /** Digest of what a gate shows. */
  readonly digest?: string
  /** The step was completed by the attempt itself (a planning step, whose verdict completes it): nothing is reported. */
  readonly settled?: boolean
}

export interface WorkerNeeds {
  readonly engine: Pick<Engine, 'ask' | 'slots'>
  readonly clock: Clock
  readonly logger: Logger
  readonly measures: Measures
  readonly worker: string
  /** Runs one attempt; never throws. */
  attempt(claimed: Claimed, stop: StopSignal): Promise<Attempted>
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

const REPORT_RETRY_MS = 500

export const createWorker = (needs: WorkerNeeds): Worker => {
  const { engine, clock, logger, measures } = needs
  const running = new Map<string, { readonly stream: string; readonly stop: StopSignal }>()
  const idlers: Array<() => void> = []

  const run = async (claimed: Claimed): Promise<void> => {
    const key = keyOf(claimed.stream, claimed.node.id, claimed.attempt)
    const stop = new StopSignal()
    running.set(key, { stream: claimed.stream, stop })
    const since = performance.now()
    let attempted: Attempted | undefined
    try {
      attempted = await needs.attempt(claimed, stop)
    } finally {
      // The slot is free before the report is decided, so that the same chain may claim the next step.
      engine.slots.release(claimed.queue)
    }
    measures.attempted(claimed.node.definition.handler, attempted.outcome.kind, performance.now() - since)
    if (attempted.settled !== true) await report(claimed, attempted, stop)
    running.delete(key)
    if (running.size === 0) for (const idler of idlers.splice(0)) idler()
  }

  const report = async (claimed: Claimed, attempted: Attempted, stop: StopSignal): Promise<void> => {
    for (;;) {
      try {
        return await reportOnce(claimed, attempted)
      } catch (error) {
        if (stop.stopped) return
        logger.warn('a result could not be reported; trying again', { stream: claimed.stream, error: String(error) })
        await new Promise<void>((resolve) => clock.after(REPORT_RETRY_MS, resolve))
      }
    }
  }

  const reportOnce = async (claimed: Claimed, attempted: Attempted): Promise<void> => {
    const { stream, node, attempt } = claimed
    const reply = await ask(stream, reportOf(claimed, attempted.outcome, attempted.digest), attempted.payloads)
    if (E.isRight(reply)) return
    if (reply.left.code === 'log_refused') {
      const error = { code: 'result_not_storable', message: `the log refused the result: ${reply.left.message}` }
      await ask(stream, reportOf(claimed, { kind: 'failed', error, retryable: false }), [])
      return
    }
    logger.info('a result came too late', { stream, step: node.definition.name, attempt, reason: reply.left.code })
    await ask(stream, { type: 'record-late-result', step: node.id, attempt, outcome: attempted.outcome.kind }, [])
  }

  const ask = (stream: string, command: Command, payloads: ReadonlyArray<Payload>) =>
    engine.ask(stream, { command, actor: workerActor(needs.worker), payloads })

  return {
    run: (claimed) => {
      run(claimed).catch((error) => logger.error('an attempt broke', { stream: claimed.stream, error: String(error) }))
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

const reportOf = ({ node, attempt }: Claimed, outcome: Outcome, digest?: string): Command => ({
  type: 'report-outcome',
  step: node.id,
  attempt,
  outcome,
  ...(digest === undefined ? {} : { digest }),
})
