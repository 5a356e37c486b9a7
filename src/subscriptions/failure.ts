/** What a handler's error means for its event: whether and when it comes again, and what is said of it. */
import type { UnreadableEvent } from '../core/event.js'
import { MAX_SUBSCRIPTION_ERROR_CHARS, SUBSCRIPTION_MAX_ATTEMPTS } from '../core/limits.js'
import { retryDelayMs } from '../core/retry.js'
import type { RetryPolicy } from '../core/step.js'

export interface Failure {
  /** Undefined where it does not come again by itself. */
  readonly delayMs: number | undefined
  readonly code: string
  readonly message: string
  /** False where its task may not go on without it, whatever is done about others. */
  readonly mayPass: boolean
}

/** Thrown for an event that this version does not know: its task is left alone until there is one that does. */
export class UnreadableHere extends Error {
  readonly retryable = false
  readonly code: UnreadableEvent['code']
  constructor({ code, message }: UnreadableEvent) {
    super(message)
    this.name = 'UnreadableHere'
    this.code = code
  }
}

/**
 * An error may carry `code`, `retryable: false` (parked at once) and `retryAfterMs` (wins over the backoff), as a
 * `StepFailure` does. `attempts` counts this one.
 */
export const failureOf = (error: unknown, attempts: number, policy: RetryPolicy, random: number): Failure => ({
  delayMs: retryDelayMs(
    { maxAttempts: SUBSCRIPTION_MAX_ATTEMPTS, ...policy },
    {
      failures: attempts,
      retryable: said(error, 'retryable') !== false,
      retryAfterMs: numberOr(said(error, 'retryAfterMs'), undefined),
      random,
    },
  ),
  code: storable(textOr(said(error, 'code'), 'handler_error')),
  message: storable(error instanceof Error ? error.message : String(error)),
  mayPass: !(error instanceof UnreadableHere),
})

const said = (error: unknown, key: string): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, key) : undefined

const textOr = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise)

const numberOr = (value: unknown, otherwise: undefined): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : otherwise

/** A handler may say anything; a database takes neither a NUL nor half a character. */
const storable = (text: string): string =>
  Buffer.from(text.slice(0, MAX_SUBSCRIPTION_ERROR_CHARS).replaceAll('\0', '\ufffd'), 'utf8').toString('utf8')
