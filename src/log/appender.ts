/**
 * Writes batches through the one connection that appends. What a value of one stream violates is refused for that
 * stream alone: the batch is halved until it stands by itself. A lost answer is never guessed: the batch is sent again
 * as it is, and where it had landed the log answers with a conflict whose missed events are our own.
 */
import type { AppendOutcome } from '../ports/log.js'
import type { Appended } from '../ports/measures.js'
import { loadStatements } from '../sql.js'
import { type AnswerRow, readAnswer } from './append-answer.js'
import { AppendParameters } from './append-parameters.js'
import type { Connection } from './connection.js'
import { violationOf } from './database.js'
import type { Batch } from './group-commit.js'
import { patiently } from './patience.js'
import type { PreparedAppend } from './prepared-append.js'

const SQL = loadStatements('src/log/append.sql', ['appendBatch'])

export interface AppenderOptions {
  /** Hears the highest position of each batch. */
  readonly onLanded: (position: number) => void
  readonly onAppended?: ((appended: Appended) => void) | undefined
  /** Once true, a database that is away is no longer waited for. */
  readonly isClosing: () => boolean
}

/** Opens batches that write through this connection. */
export const createAppender = (
  connection: Connection,
  { onLanded, onAppended, isClosing }: AppenderOptions,
): (() => Batch) => {
  const free: AppendParameters[] = []

  const send = async (
    batch: ReadonlyArray<PreparedAppend>,
    parameters: AppendParameters,
  ): Promise<ReadonlyArray<AppendOutcome>> => {
    const ask = (): Promise<ReadonlyArray<AnswerRow>> => connection.query(SQL.appendBatch, parameters.toArray())
    try {
      const { answer, isRepeated } = await patiently(ask, isClosing)
      const outcomes = readAnswer(batch, answer)
      return isRepeated ? outcomes.map((outcome, index) => ownOrForeign(outcome, batch[index])) : outcomes
    } catch (error) {
      const constraint = violationOf(error)
      if (constraint === undefined) throw error
      if (batch.length === 1) return [{ kind: 'refused', constraint, message: String(error) }]
    }
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
        const since = onAppended === undefined ? 0 : performance.now()
        const outcomes = await send(batch, parameters)
        onAppended?.({ events: eventsIn(batch), ms: performance.now() - since, outcomes })
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

const eventsIn = (batch: ReadonlyArray<PreparedAppend>): number => {
  let events = 0
  for (const { hashes } of batch) events += hashes.length
  return events
}

/** After a lost answer: a conflict in which the first missed events are this append's own means that it had landed. */
const ownOrForeign = (outcome: AppendOutcome, prepared: PreparedAppend | undefined): AppendOutcome => {
  if (outcome.kind !== 'conflict' || prepared === undefined) return outcome
  const own = prepared.hashes.every((hash, index) => outcome.missed[index]?.hash === hash)
  const last = outcome.missed[prepared.hashes.length - 1]
  if (!own || last === undefined) return outcome
  return { kind: 'landed', version: last.version, hash: last.hash, position: last.position, time: last.time }
}
