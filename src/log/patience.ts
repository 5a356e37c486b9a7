/**
 * A database that is away for a while is waited for, by everything that may be asked twice: reads, and an append, which
 * tells from the answer whether it had landed before. What the database answers is never repeated, whatever it is.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { LOG_PATIENCE_MS, LOG_RETRY_PAUSE_MS } from '../core/limits.js'
import { isConnectionLoss, isPassing, LogUnreachable } from './database.js'

export interface Answer<A> {
  readonly answer: A
  /** An earlier answer was lost: what was asked may have happened before. */
  readonly isRepeated: boolean
}

/** Asks until there is an answer. Throws `LogUnreachable` when patience ends, or at once when the log is closing. */
export const patiently = async <A>(ask: () => Promise<A>, isClosing: () => boolean): Promise<Answer<A>> => {
  const deadline = Date.now() + LOG_PATIENCE_MS
  for (let isRepeated = false; ; isRepeated = true) {
    try {
      return { answer: await ask(), isRepeated }
    } catch (error) {
      if (!isConnectionLoss(error) && !isPassing(error)) throw error
      if (Date.now() > deadline || isClosing()) throw new LogUnreachable('the event log cannot be reached', error)
      await pause(LOG_RETRY_PAUSE_MS)
    }
  }
}
