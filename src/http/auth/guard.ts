/**
 * What is refused before anybody is asked who they are: names that this server does not go by (a page of another site
 * whose name was turned to this machine, DNS rebinding), and requests that a page of another site sends. `X-Forwarded-*`
 * is believed by nobody here; that such a header is there only ever takes rights away.
 */
import type { Context, MiddlewareHandler } from 'hono'
import { isLoopbackName } from '../../core/host.js'
import type { HttpEnv } from '../caller.js'
import { HttpProblem } from '../problem.js'

export interface GuardOptions {
  /** Whether only this machine can reach the server. */
  readonly onLoopback: boolean
  /** Where people find it when something stands before it. */
  readonly publicUrl?: string
}

const SAFE = ['GET', 'HEAD', 'OPTIONS']

export const isSafe = (method: string): boolean => SAFE.includes(method)

/** Throws an `HttpProblem`: `host_not_allowed`, `invalid_url`, `cross_site`. */
export const guard = (options: GuardOptions): MiddlewareHandler<HttpEnv> => {
  const publicUrl = options.publicUrl === undefined ? undefined : new URL(options.publicUrl)
  return async (context, next) => {
    const host = context.req.header('host')
    if (options.onLoopback && !isLoopbackName(host) && host?.toLowerCase() !== publicUrl?.host) {
      throw new HttpProblem({
        status: 421,
        code: 'host_not_allowed',
        detail: 'this server answers to localhost; what else it is called has to stand in auth.public_url',
      })
    }
    if (context.req.url.includes('%00')) {
      throw new HttpProblem({ status: 400, code: 'invalid_url', detail: 'no name holds a NUL character' })
    }
    if (comesFromAnotherSite(context, publicUrl)) {
      throw new HttpProblem({ status: 403, code: 'cross_site', detail: 'a page of another site sent this' })
    }
    await next()
  }
}

/** Browsers say where a request comes from; programs say nothing, and have no cookies that somebody else could use. */
const comesFromAnotherSite = ({ req }: Context<HttpEnv>, publicUrl: URL | undefined): boolean => {
  const site = req.header('sec-fetch-site')
  const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none'
  // A link on another site may lead here; what else of it reads here, reads what it has no business with.
  const isLink = req.header('sec-fetch-mode') === 'navigate' && req.header('sec-fetch-dest') === 'document'
  if (isSafe(req.method)) return isForeign && !isLink
  if (isForeign) return true
  const origin = req.header('origin')
  if (origin === undefined) return false
  return !isOwnOrigin(origin, req.header('host'), publicUrl)
}

const isOwnOrigin = (origin: string, host: string | undefined, publicUrl: URL | undefined): boolean => {
  if (!URL.canParse(origin)) return false
  const from = new URL(origin)
  return from.origin === publicUrl?.origin || from.host === host?.toLowerCase()
}

const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip']

/** Whether something stands between the caller and this server, and says so. */
export const isForwarded = ({ req }: Context<HttpEnv>): boolean =>
  FORWARDED.some((name) => req.header(name) !== undefined)
