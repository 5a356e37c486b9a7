/**
 * That a change was meant on a page of ours: each form brings along a value that follows from the browser's own cookie,
 * which no other site can read or set. For a login it is keyed by the login's secret and so holds in every process; for
 * a browser that has not logged in, by a secret of this process and the browser's mark.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Context } from 'hono'
import type { HttpEnv } from '../caller.js'
import { MAX_FORM_BYTES } from '../limits.js'
import { HttpProblem } from '../problem.js'
import type { Cookies } from './cookies.js'

/** Of a form; a script may send the header instead. */
export const CSRF_FIELD = 'csrf'
export const CSRF_HEADER = 'x-csrf-token'

export interface Csrf {
  /** What each form of this page has to bring along. */
  token(context: Context<HttpEnv>): string
  /** Throws an `HttpProblem`: `csrf_token_missing`, `csrf_token_wrong`, `body_too_large`. */
  check(context: Context<HttpEnv>): Promise<void>
}

export const createCsrf = (cookies: Cookies): Csrf => {
  const ofThisProcess = randomBytes(32)
  const ofLogin = (login: string): string => createHmac('sha256', login).update('tasker csrf').digest('base64url')
  const ofVisitor = (mark: string): string => createHmac('sha256', ofThisProcess).update(mark).digest('base64url')
  const wanted = (context: Context<HttpEnv>): string | undefined => {
    const login = context.get('login')
    if (login !== undefined) return ofLogin(login)
    const visitor = cookies.visitor(context)
    return visitor === undefined ? undefined : ofVisitor(visitor)
  }
  return {
    token: (context) => {
      const login = context.get('login')
      return login === undefined ? ofVisitor(cookies.markVisitor(context)) : ofLogin(login)
    },
    check: async (context) => {
      const given = context.req.header(CSRF_HEADER) ?? (await fieldOf(context))
      const right = wanted(context)
      if (given === undefined || right === undefined) {
        throw refused('csrf_token_missing', 'the form does not say that it is of this page; load the page anew')
      }
      if (!isSame(given, right)) {
        throw refused('csrf_token_wrong', 'the form is of an earlier visit; load the page anew and send it again')
      }
    },
  }
}

const refused = (code: string, detail: string): HttpProblem => new HttpProblem({ status: 403, code, detail })

const FORM = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\s*(?:;|$)/i

const fieldOf = async (context: Context<HttpEnv>): Promise<string | undefined> => {
  if (!FORM.test(context.req.header('content-type') ?? '')) return undefined
  const field = (await context.req.parseBody())[CSRF_FIELD]
  return typeof field === 'string' ? field : undefined
}

/** Forms are read whole, so how large they are is known before: one that does not say so is not read. */
export const refuseLargeForm = (context: Context<HttpEnv>): void => {
  if (!FORM.test(context.req.header('content-type') ?? '')) return
  const length = context.req.header('content-length')
  if (length !== undefined && Number(length) <= MAX_FORM_BYTES) return
  throw new HttpProblem({
    status: length === undefined ? 411 : 413,
    code: 'body_too_large',
    detail: `a form says how long it is, and is no larger than ${MAX_FORM_BYTES} bytes`,
    headers: { connection: 'close' },
  })
}

const isSame = (given: string, right: string): boolean => {
  const [left, wanted] = [Buffer.from(given), Buffer.from(right)]
  return left.length === wanted.length && timingSafeEqual(left, wanted)
}
