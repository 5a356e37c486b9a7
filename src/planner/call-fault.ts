/**
 * What can go wrong with a call over HTTP, in the words of the planner's port: which fault, whether another call can
 * help and when, and whether it is known to have used nothing. Shared by the providers that call one.
 */
import { MAX_PLANNER_MESSAGE_CHARS } from '../core/limits.js'
import type { PlanAnswer, PlanUsage } from '../ports/planner.js'

export type Failed = Extract<PlanAnswer, { kind: 'failed' }>

export interface CallFault {
  readonly code: string
  readonly retryable: boolean
}

export const NOTHING_READ: PlanUsage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 }

export const UNAVAILABLE: CallFault = { code: 'unavailable', retryable: true }

const BY_STATUS: Readonly<Record<number, CallFault>> = {
  400: { code: 'bad_request', retryable: false },
  401: { code: 'unauthenticated', retryable: false },
  402: { code: 'payment_required', retryable: false },
  403: { code: 'forbidden', retryable: false },
  404: { code: 'not_found', retryable: false },
  408: { code: 'timeout', retryable: true },
  409: { code: 'unavailable', retryable: true },
  413: { code: 'too_large', retryable: false },
  429: { code: 'rate_limited', retryable: true },
  529: { code: 'overloaded', retryable: true },
}

export const faultOfStatus = (status: number): CallFault => {
  const fault = BY_STATUS[status]
  if (fault !== undefined) return fault
  return status >= 500 ? UNAVAILABLE : { code: 'bad_request', retryable: false }
}

/** What this side knows of a call that failed. */
export interface Circumstances {
  readonly timedOut: boolean
  readonly aborted: boolean
  /** Takes the key out of what the other side says. */
  readonly mask: (text: string) => string
}

/** How one provider's client tells a failure. */
export interface FailureReading {
  readonly faultOf: (error: unknown) => CallFault
  readonly headersOf: (error: unknown) => Pick<Headers, 'get'> | undefined
  /** Known to have used no tokens. */
  readonly neverRan: (error: unknown) => boolean
  /** For what was neither broken off nor too late. */
  readonly messageOf: (error: unknown) => string
}

export const failureBy =
  ({ faultOf, headersOf, neverRan, messageOf }: FailureReading) =>
  (error: unknown, circumstances: Circumstances): Failed => {
    const fault = faultOfEnding(circumstances) ?? faultOf(error)
    const after = retryAfterMs(headersOf(error))
    const message = MESSAGES[fault.code] ?? messageOf(error)
    return {
      kind: 'failed',
      ...fault,
      message: circumstances.mask(message).slice(0, MAX_PLANNER_MESSAGE_CHARS),
      ...(fault.retryable && after !== undefined ? { retryAfterMs: after } : {}),
      ...(neverRan(error) ? { usage: NOTHING_READ } : {}),
    }
  }

const MESSAGES: Readonly<Record<string, string>> = {
  timeout: 'the planner did not answer in time',
  aborted: 'the call was aborted',
}

/** Of a call that was broken off from this side; undefined where it was not. */
const faultOfEnding = ({ aborted, timedOut }: Circumstances): CallFault | undefined => {
  if (aborted) return { code: 'aborted', retryable: true }
  return timedOut ? { code: 'timeout', retryable: true } : undefined
}

/** Never sent, so nothing was used. Of a call that broke off later nobody knows. */
export const neverReached = (error: unknown): boolean => CONNECT_FAULTS.includes(causeCodeOf(error))

const CONNECT_FAULTS = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]

/** `fetch failed` hides the reason one or two causes deep. */
export const causeCodeOf = (error: unknown): string => {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const code: unknown = Reflect.get(cause, 'code')
    if (typeof code === 'string') return code
  }
  return ''
}

/** What the other side says about when to come again: milliseconds, seconds, or a date. */
const retryAfterMs = (headers: Pick<Headers, 'get'> | undefined): number | undefined => {
  const millis = Number.parseFloat(headers?.get('retry-after-ms') ?? '')
  if (millis >= 0) return Math.ceil(millis)
  const header = headers?.get('retry-after')?.trim() ?? ''
  if (/^\d+(\.\d+)?$/.test(header)) return Math.ceil(Number(header) * 1000)
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now())
}
