/**
 * What went wrong with a call of an OpenAI-compatible endpoint, in the words of the planner's port. Endpoints agree on
 * statuses and little else, so a body is read for its message and code alone. It never lets a key through.
 */
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import { type CallFault, causeCodeOf, failureBy, faultOfStatus, neverReached, UNAVAILABLE } from './call-fault.js'
import { ANSWER_TOO_LARGE } from './guarded-fetch.js'

/** The endpoint has answered, and it was no completion. */
export class StreamFault extends Error {}

/** The endpoint would not: by its status, or by an error in the middle of an answer (then `status` is 200). */
export class EndpointRefusal extends Error {
  private constructor(
    readonly status: number,
    /** The body, for looking for names in it. */
    readonly text: string,
    readonly code: string,
    message: string,
    readonly headers: Headers,
  ) {
    super(message)
  }

  static async read(response: Response): Promise<EndpointRefusal> {
    const text = await response.text()
    return EndpointRefusal.of(response.status, text, parsed(text), response.headers)
  }

  static within(piece: JsonObject): EndpointRefusal {
    return EndpointRefusal.of(200, JSON.stringify(piece), piece, new Headers())
  }

  private static of(status: number, text: string, body: Json, headers: Headers): EndpointRefusal {
    const error = isJsonObject(body) ? (body.error ?? body) : body
    const { message, detail, code, type } = isJsonObject(error) ? error : { message: error }
    const told = [message, detail, text].find((part) => typeof part === 'string' && part !== '')
    const named = [code, type].find((part) => typeof part === 'string' && part !== '')
    return new EndpointRefusal(status, text, String(named ?? ''), String(told ?? 'no reason was given'), headers)
  }
}

const parsed = (text: string): Json => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Codes that say more than their status; the first two come with 429, which would be tried again in vain. */
const BY_CODE: Readonly<Record<string, CallFault>> = {
  insufficient_quota: { code: 'payment_required', retryable: false },
  billing_hard_limit_reached: { code: 'payment_required', retryable: false },
  context_length_exceeded: { code: 'too_large', retryable: false },
  content_filter: { code: 'refused', retryable: false },
  rate_limit_exceeded: { code: 'rate_limited', retryable: true },
  server_error: UNAVAILABLE,
  invalid_api_key: { code: 'unauthenticated', retryable: false },
  model_not_found: { code: 'not_found', retryable: false },
}

const faultOf = (error: unknown): CallFault => {
  if (causeCodeOf(error) === ANSWER_TOO_LARGE) return { code: ANSWER_TOO_LARGE, retryable: false }
  if (error instanceof EndpointRefusal) {
    return BY_CODE[error.code] ?? (error.status === 200 ? UNAVAILABLE : faultOfStatus(error.status))
  }
  if (error instanceof StreamFault || isOfTheNetwork(error)) return UNAVAILABLE
  return { code: 'planner_error', retryable: false }
}

/** `fetch` tells them by a TypeError with one of two texts, a refused redirect included. */
const isOfTheNetwork = (error: unknown): boolean =>
  error instanceof TypeError && /^(fetch failed|terminated)$/.test(error.message)

const neverRan = (error: unknown): boolean =>
  error instanceof EndpointRefusal ? error.status !== 200 : neverReached(error)

const messageOf = (error: unknown): string => {
  if (!(error instanceof EndpointRefusal)) {
    const reason = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : ''
    return `${error instanceof Error ? error.message : String(error)}${reason}`
  }
  const id = error.headers.get('x-request-id')
  return [
    ...(error.status === 200 ? [] : [String(error.status)]),
    error.message,
    ...(id === null ? [] : [`(request ${id})`]),
  ].join(' ')
}

export const failureOf = failureBy({
  faultOf,
  headersOf: (error) => (error instanceof EndpointRefusal ? error.headers : undefined),
  neverRan,
  messageOf,
})
