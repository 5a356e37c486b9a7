/**
 * What an attempt came to, reported to its task. A report that cannot reach the log is repeated until it does, or until
 * the lease is lost; one that comes too late is kept as evidence.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Command } from '../core/decide/command.js'
import type { Outcome } from '../core/outcome.js'
import { type Claimed, type Engine, workerActor } from '../engine/engine.js'
import type { Clock } from '../ports/clock.js'
import type { Payload } from '../ports/log.js'
import type { Logger } from '../ports/logger.js'
import type { StopSignal } from './stop-signal.js'

export interface Attempted {
  readonly outcome: Outcome
  readonly payloads: ReadonlyArray<Payload>
  /** Digest of what a gate shows. */
  readonly digest?: string
  /** The step was completed by the attempt itself (a planning step, whose verdict completes it): nothing is reported. */
  readonly settled?: boolean
}

export interface ReportNeeds {
  readonly engine: Pick<Engine, 'ask'>
  readonly clock: Clock
  readonly logger: Logger
  readonly worker: string
}

export type Report = (claimed: Claimed, attempted: Attempted, stop: StopSignal) => Promise<void>

const REPORT_RETRY_MS = 500

export const createReport =
  (needs: ReportNeeds): Report =>
  async (claimed, attempted, stop) => {
    for (;;) {
      try {
        return await reportOnce(needs, claimed, attempted)
      } catch (error) {
        if (stop.stopped) return
        const { clock, logger } = needs
        logger.warn('a result could not be reported; trying again', {
          stream: claimed.stream,
          step: claimed.node.definition.name,
          attempt: claimed.attempt,
          error: String(error),
        })
        await new Promise<void>((resolve) => clock.after(REPORT_RETRY_MS, resolve))
      }
    }
  }

const reportOnce = async (needs: ReportNeeds, claimed: Claimed, attempted: Attempted): Promise<void> => {
  const { stream, node, attempt, trace } = claimed
  const ask = (command: Command, payloads: ReadonlyArray<Payload> = []) =>
    needs.engine.ask(stream, { command, actor: workerActor(needs.worker), payloads, trace })
  const reply = await ask(commandOf(claimed, attempted.outcome, attempted.digest), attempted.payloads)
  if (E.isRight(reply)) return
  if (reply.left.code === 'log_refused') {
    const error = { code: 'result_not_storable', message: `the log refused the result: ${reply.left.message}` }
    await ask(commandOf(claimed, { kind: 'failed', error, retryable: false }))
    return
  }
  const { name } = node.definition
  needs.logger.info('a result came too late', { stream, step: name, attempt, reason: reply.left.code })
  await ask({ type: 'record-late-result', step: node.id, attempt, outcome: attempted.outcome.kind })
}

const commandOf = ({ node, attempt }: Claimed, outcome: Outcome, digest?: string): Command => ({
  type: 'report-outcome',
  step: node.id,
  attempt,
  outcome,
  ...(digest === undefined ? {} : { digest }),
})
