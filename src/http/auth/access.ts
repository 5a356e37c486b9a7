/** Who may come in, put together: from the operator's rules to the middleware of the app and what pages need of it. */
import type { Context, Hono, MiddlewareHandler } from 'hono'
import { isLoopbackHost } from '../../core/host.js'
import type { Keys } from '../../engine/keys.js'
import type { AccessRules, AccessStore } from '../../ports/access.js'
import type { Clock } from '../../ports/clock.js'
import type { Logger } from '../../ports/logger.js'
import type { HttpEnv } from '../caller.js'
import { createAttempts } from './attempts.js'
import { createCookies } from './cookies.js'
import { createCredentials } from './credential.js'
import { createCsrf } from './csrf.js'
import { guard } from './guard.js'
import { safeHeaders } from './headers.js'
import { identifyBy } from './identify.js'
import { createInTime } from './in-time.js'
import { loginRoutes } from './login-routes.js'
import { createLogins } from './logins.js'
import { createTokens } from './token.js'

export interface AccessNeeds {
  readonly keys: Keys
  readonly store: Pick<AccessStore, 'addLogin' | 'findLogin' | 'endLogin' | 'dropLogins'>
  readonly clock: Clock
  readonly logger: Logger
  /** Where the server is going to listen. */
  readonly host: string
  /** Absent: only this machine comes in, without having to prove anything. */
  readonly rules?: AccessRules
  /** Who acts on this machine where nobody says so. */
  readonly actor: string
}

export interface Access {
  /** Around everything, before anybody is identified. */
  readonly around: ReadonlyArray<MiddlewareHandler<HttpEnv>>
  readonly identify: MiddlewareHandler<HttpEnv>
  /** Where one logs in and out: answers to everybody. */
  readonly entrance: Hono<HttpEnv>
  readonly session: PageSession
}

/** What pages need to know of whoever looks at them. */
export interface PageSession {
  /** Whoever has logged in; null where nobody has to. */
  viewer(context: Context<HttpEnv>): { readonly name: string } | null
  /** For the hidden field of every form that changes something. */
  csrf(context: Context<HttpEnv>): string
}

/** Nobody could come in, or everybody: the server is not started. */
export class AccessRefused extends Error {
  readonly code = 'auth_not_configured'
  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message)
    this.name = 'AccessRefused'
  }
}

/** Throws `AccessRefused` where everybody has to prove who they are and nobody could. */
export const openAccess = async (needs: AccessNeeds): Promise<Access> => {
  const { keys, store, clock, logger, host, rules = { required: false }, actor } = needs
  const onLoopback = isLoopbackHost(host)
  const required = !onLoopback || rules.required
  const tokens = rules.jwt === undefined ? undefined : createTokens(rules.jwt, clock)
  if (required && tokens === undefined && !(await hasKey(keys))) throw nobodyCould(host, onLoopback)
  tokens
    ?.refreshKeys()
    .catch((error: unknown) => logger.warn('tokens cannot be verified yet', { error: String(error) }))

  const cookies = createCookies(rules.publicUrl?.startsWith('https:') === true)
  const csrf = createCsrf(cookies)
  const logins = createLogins({ store, keys, clock })
  const attempts = createAttempts(clock)
  const credentials = createCredentials(keys, tokens)
  const inTime = createInTime({ clock, logger })
  const common = { credentials, logins, attempts, cookies, csrf, logger, inTime }
  return {
    around: [
      safeHeaders(),
      guard({ onLoopback, ...(rules.publicUrl === undefined ? {} : { publicUrl: rules.publicUrl }) }),
    ],
    identify: identifyBy({ ...common, required, actor }),
    entrance: loginRoutes(common),
    session: {
      viewer: (context) => (context.get('login') === undefined ? null : { name: context.get('caller').actor }),
      csrf: csrf.token,
    },
  }
}

const hasKey = async (keys: Keys): Promise<boolean> => (await keys.list()).some(({ state }) => state === 'active')

const nobodyCould = (host: string, onLoopback: boolean): AccessRefused =>
  new AccessRefused(
    onLoopback
      ? 'auth.required is set, and nobody could prove who they are: there is no key, and no issuer of tokens'
      : `${host} can be reached from other machines, and nobody could prove who they are: there is no key, and no issuer of tokens`,
    `make a key (tasker keys create NAME --scope '*'), or set auth.jwt in tasker.yaml${
      onLoopback ? '' : '; or listen on 127.0.0.1 alone'
    }`,
  )
