/**
 * What went wrong with a call to the Messages API, in the words of the planner's port: which fault, whether another
 * call can help and when, and whether it is known to have used nothing. It never lets a key through.
 */
import Anthropic from '@anthropic-ai/sdk'
import { MAX_PLANNER_MESSAGE_CHARS } from '../core/limits.js'
import type { PlanAnswer, PlanUsage } from '../ports/planner.js'

type Failed = Extract<PlanAnswer, { kind: 'failed' }>

interface Circumstances {
  readonly timedOut: boolean
  readonly aborted: boolean
  readonly mask: (text: string) => string
}

interface Fault {
  readonly code: string
  readonly retryable: boolean
}

const NOTHING: PlanUsage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 }

export const failureOf = (error: unknown, circumstances: Circumstances): Failed => {
  const { timedOut, aborted, mask } = circumstances
  const fault = aborted
    ? { code: 'aborted', retryable: true }
    : timedOut
      ? { code: 'timeout', retryable: true }
      : faultOf(error)
  const after = retryAfterMs(error)
  return {
    kind: 'failed',
    ...fault,
    message: mask(messageOf(error, fault)).slice(0, MAX_PLANNER_MESSAGE_CHARS),
    ...(fault.retryable && after !== undefined ? { retryAfterMs: after } : {}),
    ...(neverRan(error) ? { usage: NOTHING } : {}),
  }
}

const BY_STATUS: Readonly<Record<number, Fault>> = {
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

/** An answer that has begun with status 200 reports its fault by type alone. */
const BY_TYPE: Readonly<Record<string, Fault>> = {
  invalid_request_error: { code: 'bad_request', retryable: false },
  authentication_error: { code: 'unauthenticated', retryable: false },
  billing_error: { code: 'payment_required', retryable: false },
  permission_error: { code: 'forbidden', retryable: false },
  not_found_error: { code: 'not_found', retryable: false },
  request_too_large: { code: 'too_large', retryable: false },
  rate_limit_error: { code: 'rate_limited', retryable: true },
  overloaded_error: { code: 'overloaded', retryable: true },
  timeout_error: { code: 'timeout', retryable: true },
}

const UNAVAILABLE: Fault = { code: 'unavailable', retryable: true }

const faultOf = (error: unknown): Fault => {
  if (error instanceof Anthropic.APIConnectionTimeoutError) return { code: 'timeout', retryable: true }
  if (!(error instanceof Anthropic.APIError)) {
    // A stream that cannot be read is the other side's fault; anything else is ours, and does not mend itself.
    return error instanceof Anthropic.AnthropicError ? UNAVAILABLE : { code: 'planner_error', retryable: false }
  }
  if (error.status === undefined) return BY_TYPE[error.type ?? ''] ?? UNAVAILABLE
  const fault = BY_STATUS[error.status]
  if (fault !== undefined) return fault
  return error.status >= 500 ? UNAVAILABLE : { code: 'bad_request', retryable: false }
}

/**
 * A request that was answered by a status of refusal, or never reached the other side, used no tokens. Of an answer
 * that broke off nobody knows: what was thought before it is not told.
 */
const neverRan = (error: unknown): boolean => {
  if (error instanceof Anthropic.APIConnectionError) return CONNECT_FAULTS.includes(causeCodeOf(error))
  return error instanceof Anthropic.APIError && error.status !== undefined
}

const CONNECT_FAULTS = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]

/** `fetch failed` hides the reason one or two causes deep. */
const causeCodeOf = (error: unknown): string => {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const code: unknown = Reflect.get(cause, 'code')
    if (typeof code === 'string') return code
  }
  return ''
}

const retryAfterMs = (error: unknown): number | undefined => {
  if (!(error instanceof Anthropic.APIError)) return undefined
  const millis = Number.parseFloat(error.headers?.get('retry-after-ms') ?? '')
  if (millis >= 0) return Math.ceil(millis)
  const header = error.headers?.get('retry-after')?.trim() ?? ''
  if (/^\d+(\.\d+)?$/.test(header)) return Math.ceil(Number(header) * 1000)
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now())
}

const messageOf = (error: unknown, fault: Fault): string => {
  if (fault.code === 'timeout') return 'the planner did not answer in time'
  if (fault.code === 'aborted') return 'the call was aborted'
  if (!(error instanceof Anthropic.APIError)) return error instanceof Error ? error.message : String(error)
  const told = error.apiMessage ?? error.message
  const cause = causeCodeOf(error)
  return [
    error.status === undefined ? told : `${error.status} ${told}`,
    ...(cause === '' ? [] : [`(${cause})`]),
    ...(error.requestID ? [`(request ${error.requestID})`] : []),
  ].join(' ')
}
