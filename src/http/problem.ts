/** What went wrong, as RFC 9457 wants it: `application/problem+json` with a code that stays. */
import type { Problem } from '../core/closed.js'
import type { JsonObject } from '../core/json.js'

/** A fault of a template has a code of its own. */
export type Fault = Problem & { readonly code?: string }

export interface ProblemFields {
  readonly status: number
  /** Stable; clients decide by it. */
  readonly code: string
  readonly detail: string
  /** Each fault of an input, with its path. */
  readonly errors?: ReadonlyArray<Fault>
  readonly headers?: Readonly<Record<string, string>>
}

/** Thrown by whoever answers a request; the app makes the answer of it. */
export class HttpProblem extends Error {
  readonly status: number
  readonly code: string
  readonly errors: ReadonlyArray<Fault> | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor({ status, code, detail, errors, headers = {} }: ProblemFields) {
    super(detail)
    this.name = 'HttpProblem'
    this.status = status
    this.code = code
    this.errors = errors
    this.headers = headers
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Content too large',
  415: 'Unsupported media type',
  422: 'Refused',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Unavailable',
}

export const problemBody = ({ status, code, message, errors }: HttpProblem, requestId: string): JsonObject => ({
  type: `urn:tasker:problem:${code}`,
  title: TITLES[status] ?? 'Error',
  status,
  code,
  detail: message,
  request_id: requestId,
  ...(errors === undefined ? {} : { errors: errors.map(faultBody) }),
})

const faultBody = ({ path, message, code }: Fault) => ({ path, message, ...(code === undefined ? {} : { code }) })

export const problemResponse = (problem: HttpProblem, requestId: string): Response =>
  new Response(JSON.stringify(problemBody(problem, requestId)), {
    status: problem.status,
    headers: { ...problem.headers, 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  })
