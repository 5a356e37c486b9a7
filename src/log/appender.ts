/**
 * Writes batches through the one connection that appends. What a value of one stream violates is refused for that
 * stream alone: the batch is halved until it stands by itself. A lost answer is never guessed: the batch is sent again
 * as it is, and where it had landed the log answers with a conflict whose missed events are our own.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { LOG_PATIENCE_MS, LOG_RETRY_PAUSE_MS } from '../core/limits.js'
import type { AppendOutcome } from '../ports/log.js'
import { type AnswerRow, readAnswer } from './append-answer.js'
import { AppendParameters } from './append-parameters.js'
import type { Connection } from './connection.js'
import { isConnectionLoss, isPassing, LogUnreachable, violationOf } from './database.js'
import type { Batch } from './group-commit.js'
import type { PreparedAppend } from './prepared-append.js'
import { loadStatements } from './sql.js'

const SQL = loadStatements('src/log/append.sql', ['appendBatch'])

export interface AppenderOptions {
  /** Hears the highest position of each batch. */
  readonly onLanded: (position: number) => void
  /** Once true, a database that is away is no longer waited for. */
  readonly isClosing: () => boolean
}

/** Opens batches that write through this connection. */
export const createAppender = (connection: Connection, { onLanded, isClosing }: AppenderOptions): (() => Batch) => {
  const free: AppendParameters[] = []

  const send = async (
    batch: ReadonlyArray<PreparedAppend>,
    parameters: AppendParameters,
  ): Promise<ReadonlyArray<AppendOutcome>> => {
    const ask = (): Promise<ReadonlyArray<AnswerRow>> => connection.query(SQL.appendBatch, parameters.toArray())
    const answer = await persist(ask, isClosing)
    if (answer.kind === 'answered') {
      const outcomes = readAnswer(batch, answer.rows)
      return answer.isRepeated ? outcomes.map((outcome, index) => ownOrForeign(outcome, batch[index])) : outcomes
    }
    if (batch.length === 1) return [{ kind: 'refused', constraint: answer.constraint, message: answer.message }]
    const half = Math.ceil(batch.length / 2)
    return [...(await resend(batch.slice(0, half))), ...(await resend(batch.slice(half)))]
  }

  const resend = (batch: ReadonlyArray<PreparedAppend>): Promise<ReadonlyArray<AppendOutcome>> => {
    const parameters = new AppendParameters()
    for (const prepared of batch) parameters.add(prepared)
    return send(batch, parameters)
  }

  return () => {
    const parameters = free.pop() ?? new AppendParameters()
    const batch: PreparedAppend[] = []
    return {
      add: (prepared) => {
        batch.push(prepared)
        parameters.add(prepared)
      },
      write: async () => {
        const outcomes = await send(batch, parameters)
        parameters.clear()
        free.push(parameters)
        let highest = 0
        for (const outcome of outcomes) if (outcome.kind === 'landed') highest = Math.max(highest, outcome.position)
        if (highest > 0) onLanded(highest)
        return outcomes
      },
    }
  }
}

type Answer =
  | {
      readonly kind: 'answered'
      readonly rows: ReadonlyArray<AnswerRow>
      /** An earlier answer was lost, so this one may be about what that one did. */
      readonly isRepeated: boolean
    }
  /** A value of some stream stands in the way of all. */
  | { readonly kind: 'violated'; readonly constraint: string; readonly message: string }

const persist = async (ask: () => Promise<ReadonlyArray<AnswerRow>>, isClosing: () => boolean): Promise<Answer> => {
  const deadline = Date.now() + LOG_PATIENCE_MS
  for (let isRepeated = false; ; isRepeated = true) {
    try {
      return { kind: 'answered', rows: await ask(), isRepeated }
    } catch (error) {
      const constraint = violationOf(error)
      if (constraint !== undefined) return { kind: 'violated', constraint, message: String(error) }
      if (!isConnectionLoss(error) && !isPassing(error)) throw error
      if (Date.now() > deadline || isClosing()) {
        throw new LogUnreachable('the event log could not be reached for an append', error)
      }
      await pause(LOG_RETRY_PAUSE_MS)
    }
  }
}

/** After a lost answer: a conflict in which the first missed events are this append's own means that it had landed. */
const ownOrForeign = (outcome: AppendOutcome, prepared: PreparedAppend | undefined): AppendOutcome => {
  if (outcome.kind !== 'conflict' || prepared === undefined) return outcome
  const own = prepared.hashes.every((hash, index) => outcome.missed[index]?.hash === hash)
  const last = outcome.missed[prepared.hashes.length - 1]
  if (!own || last === undefined) return outcome
  return { kind: 'landed', version: last.version, hash: last.hash, position: last.position, time: last.time }
}
