/**
 * How events of one partition are handed over. At least once: the handler acts, and that it did is written down after.
 * Transactional: what the handler writes and the step forward commit together, so that each event counts exactly once,
 * and a member that lost its partition meanwhile commits nothing.
 */
import { type SqlClient, TransactionBroken, TransactionEnded } from '../log/transactions.js'
import type { StoredEvent } from '../ports/log.js'
import type { Hold, Settlement, SubscriptionStore } from './store.js'

export interface Call {
  readonly attempt: number
  readonly signal: AbortSignal
  readonly client?: SqlClient
}

/** The user's handler; it throws what it has against an event. */
export type Hand = (event: StoredEvent, call: Call) => Promise<void> | void

export interface Work {
  readonly member: number
  readonly hold: Hold
  readonly events: ReadonlyArray<StoredEvent>
  readonly call: Call
  /** What is written down when the first `count` events are done; absent, the lane does so by and by. */
  readonly settlement: ((count: number) => Settlement) | undefined
}

export type Attempted =
  | { readonly kind: 'done'; readonly count: number }
  /** `count` events are done; the handler threw at the next one. */
  | { readonly kind: 'failed'; readonly count: number; readonly error: unknown }
  /** The partition is somebody else's. */
  | { readonly kind: 'lost' }

/** Throws where the store is in trouble: nobody knows then how far the work came. */
export type Attempt = (work: Work) => Promise<Attempted>

export const atLeastOnce =
  (store: SubscriptionStore, hand: Hand): Attempt =>
  async ({ member, hold, events, call, settlement }) => {
    let count = 0
    try {
      for (const event of events) {
        const answer = hand(event, call)
        if (answer !== undefined) await answer
        count += 1
      }
    } catch (error) {
      return { kind: 'failed', count, error }
    }
    if (settlement === undefined || (await store.settle(member, hold, settlement(count))))
      return { kind: 'done', count }
    return { kind: 'lost' }
  }

/** Rolls the transaction back and travels out of it. */
class HandlerFailed extends Error {
  constructor(
    readonly count: number,
    override readonly cause: unknown,
  ) {
    super('the handler failed', { cause })
  }
}

/** A statement failed and its handler went on as if it had not. */
class SqlErrorHidden extends Error {
  readonly code = 'sql_error_hidden'
  constructor() {
    super('a statement of the handler failed, and it did not say so')
  }
}

/**
 * The server may say that the transaction has failed only after the handler was told of its error and went on: then the
 * next statement meets `in_failed_sql_transaction`, which says nothing of why.
 */
const told = (error: unknown): unknown =>
  error instanceof Error && 'code' in error && error.code === '25P02' ? new SqlErrorHidden() : error

class Fenced extends Error {}

export const exactlyOnce = (store: SubscriptionStore, hand: Hand): Attempt => {
  const attempt: Attempt = async (work) => {
    const { member, hold, events, call, settlement } = work
    try {
      await store.transact(async ({ client, state, settle }) => {
        for (const [count, event] of events.entries()) {
          try {
            await hand(event, { ...call, client })
            if (state() === 'aborted') throw new SqlErrorHidden()
            if (state() === 'ended') throw new TransactionEnded()
          } catch (error) {
            throw new HandlerFailed(count, error)
          }
        }
        if (settlement !== undefined && !(await settle(member, hold, settlement(events.length)))) throw new Fenced()
      })
      return { kind: 'done', count: events.length }
    } catch (error) {
      if (error instanceof Fenced) return { kind: 'lost' }
      if (error instanceof TransactionBroken) throw error
      // Everything went down together. Those before the one that failed come again without it; it is judged when it
      // stands first. Where only the commit tells (a deferred constraint), nobody knows which it was: one by one.
      const first = error instanceof HandlerFailed ? error.count : Math.min(1, events.length - 1)
      if (first > 0) return attempt({ ...work, events: events.slice(0, first) })
      return { kind: 'failed', count: 0, error: told(error instanceof HandlerFailed ? error.cause : error) }
    }
  }
  return attempt
}
