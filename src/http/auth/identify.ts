/**
 * Who calls. A key or a token in `Authorization` counts alone: where it is wrong, nothing else lets its bearer in. Else
 * a browser's login, else nobody, and nobody may come in only from this machine, by this machine's name, with nothing in
 * between, where the operator does not ask for more.
 */
import { getConnInfo } from '@hono/node-server/conninfo'
import * as E from 'fp-ts/lib/Either.js'
import type { Context, MiddlewareHandler } from 'hono'
import { isLoopbackName } from '../../core/host.js'
import type { Logger } from '../../ports/logger.js'
import type { HttpEnv } from '../caller.js'
import { ACTOR_HEADER, claimedActor, isLoopback, localCaller } from '../identify.js'
import { HttpProblem } from '../problem.js'
import type { Attempts } from './attempts.js'
import type { Cookies } from './cookies.js'
import { type Credentials, FAULT_TEXTS, type Proved } from './credential.js'
import { type Csrf, refuseLargeForm } from './csrf.js'
import { isForwarded, isSafe } from './guard.js'
import type { InTime } from './in-time.js'
import type { Logins } from './logins.js'

export interface IdentifyNeeds {
  readonly credentials: Credentials
  readonly logins: Logins
  readonly attempts: Attempts
  readonly cookies: Cookies
  readonly csrf: Csrf
  readonly logger: Logger
  readonly inTime: InTime
  /** Whether everybody has to have proved who they are. */
  readonly required: boolean
  /** Who acts on this machine where nobody says so. */
  readonly actor: string
}

/**
 * Puts the `Caller` into the context. Throws an `HttpProblem`: `not_authenticated` and what is wrong with a credential
 * (401), `too_many_attempts`, `access_unknown` (503), `csrf_token_missing`, `csrf_token_wrong`. A browser that asks for a
 * page is sent to log in.
 */
export const identifyBy =
  (needs: IdentifyNeeds): MiddlewareHandler<HttpEnv> =>
  async (context, next) => {
    const written = context.req.header('authorization')
    if (written !== undefined) {
      const credential = bearerOf(written)
      context.set('caller', (await provedBy(needs, credential, context)).caller)
      context.set('standing', async () => E.isRight(await needs.inTime(needs.credentials.check(credential))))
      return next()
    }
    const cookie = needs.cookies.login(context)
    const known = cookie === undefined ? undefined : await needs.inTime(needs.logins.find(cookie))
    if (cookie !== undefined && known !== undefined) {
      context.set('caller', known)
      context.set('login', cookie)
      context.set('standing', async () => (await needs.inTime(needs.logins.find(cookie))) !== undefined)
    } else if (mayBeNobody(needs, context)) {
      context.set('caller', localCaller(claimedActor(context.req.header(ACTOR_HEADER)) ?? needs.actor))
    } else {
      const page = pageAskedFor(context)
      if (page !== undefined) return context.redirect(`/login?next=${encodeURIComponent(page)}`, 303)
      throw notAuthenticated('not_authenticated', 'send a key or a token: Authorization: Bearer …')
    }
    if (needsCsrf(context)) {
      refuseLargeForm(context)
      await needs.csrf.check(context)
    }
    return next()
  }

/** Checks a credential, and counts it where it is wrong. Throws as `identifyBy` does. */
export const provedBy = async (
  { credentials, attempts, logger, inTime }: Pick<IdentifyNeeds, 'credentials' | 'attempts' | 'logger' | 'inTime'>,
  credential: string,
  context: Context<HttpEnv>,
): Promise<Proved> => {
  const address = getConnInfo(context).remote.address ?? ''
  attempts.admit(address, credential)
  const checked = await inTime(credentials.check(credential))
  if (E.isRight(checked)) {
    attempts.proved(credential)
    return checked.right
  }
  const code = checked.left
  if (code === 'jwks_unreadable') throw new HttpProblem({ status: 503, code, detail: FAULT_TEXTS[code] })
  attempts.failed(address)
  // Never what was shown: a slip of the pen is still most of a secret.
  logger.warn('a credential was refused', { code, address })
  throw notAuthenticated(code, FAULT_TEXTS[code])
}

const bearerOf = (written: string): string => {
  const [, credential] = /^Bearer +(\S+) *$/i.exec(written) ?? []
  if (credential !== undefined) return credential
  throw notAuthenticated('credential_malformed', 'Authorization is Bearer with a key or a token')
}

const notAuthenticated = (code: string, detail: string): HttpProblem =>
  new HttpProblem({ status: 401, code, detail, headers: { 'www-authenticate': 'Bearer realm="tasker"' } })

const mayBeNobody = ({ required }: IdentifyNeeds, context: Context<HttpEnv>): boolean =>
  !required &&
  isLoopback(getConnInfo(context).remote.address) &&
  isLoopbackName(context.req.header('host')) &&
  !isForwarded(context)

/** The path of a page that a browser asks for as a whole. */
const pageAskedFor = ({ req }: Context<HttpEnv>): string | undefined => {
  if (req.method !== 'GET' || isApi(req.path) || req.header('accept')?.includes('text/html') !== true) return undefined
  const { pathname, search } = new URL(req.url)
  return `${pathname}${search}`
}

const isApi = (path: string): boolean => path.startsWith('/api/')

/** What a browser may be made to send by itself: whatever its cookie lets in, and forms. */
const needsCsrf = (context: Context<HttpEnv>): boolean =>
  !isSafe(context.req.method) && (context.get('login') !== undefined || !isApi(context.req.path))
