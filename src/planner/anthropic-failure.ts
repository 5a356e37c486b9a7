/** What went wrong with a call to the Messages API, in the words of the planner's port. It never lets a key through. */
import Anthropic from '@anthropic-ai/sdk'
import { type CallFault, causeCodeOf, failureBy, faultOfStatus, neverReached, UNAVAILABLE } from './call-fault.js'
import { ANSWER_TOO_LARGE } from './guarded-fetch.js'

/** An answer that has begun with status 200 reports its fault by type alone. */
const BY_TYPE: Readonly<Record<string, CallFault>> = {
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

const faultOf = (error: unknown): CallFault => {
  if (causeCodeOf(error) === ANSWER_TOO_LARGE) return { code: ANSWER_TOO_LARGE, retryable: false }
  if (error instanceof Anthropic.APIConnectionTimeoutError) return { code: 'timeout', retryable: true }
  if (!(error instanceof Anthropic.APIError)) {
    // A stream that cannot be read is the other side's fault; anything else is ours, and does not mend itself.
    return error instanceof Anthropic.AnthropicError ? UNAVAILABLE : { code: 'planner_error', retryable: false }
  }
  if (error.status === undefined) return BY_TYPE[error.type ?? ''] ?? UNAVAILABLE
  return faultOfStatus(error.status)
}

/**
 * A request that was answered by a status of refusal, or never reached the other side, used no tokens. Of an answer
 * that broke off nobody knows: what was thought before it is not told.
 */
const neverRan = (error: unknown): boolean => {
  if (error instanceof Anthropic.APIConnectionError) return neverReached(error)
  return error instanceof Anthropic.APIError && error.status !== undefined
}

const messageOf = (error: unknown): string => {
  if (!(error instanceof Anthropic.APIError)) return error instanceof Error ? error.message : String(error)
  const told = error.apiMessage ?? error.message
  const cause = causeCodeOf(error)
  return [
    error.status === undefined ? told : `${error.status} ${told}`,
    ...(cause === '' ? [] : [`(${cause})`]),
    ...(error.requestID ? [`(request ${error.requestID})`] : []),
  ].join(' ')
}

export const failureOf = failureBy({
  faultOf,
  headersOf: (error) => (error instanceof Anthropic.APIError ? error.headers : undefined),
  neverRan,
  messageOf,
})
