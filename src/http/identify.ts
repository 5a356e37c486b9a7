/** Who calls where nothing else was set up: somebody on this machine, who may do everything and has proved nothing. */
import { getConnInfo } from '@hono/node-server/conninfo'
import type { MiddlewareHandler } from 'hono'
import type { Caller, HttpEnv } from './caller.js'
import { HttpProblem } from './problem.js'

/** Names whoever calls from this machine without a key, for the log. */
export const ACTOR_HEADER = 'tasker-actor'
const ACTOR = /^[\p{L}\p{N}][\p{L}\p{N} ._@+-]{0,99}$/u

export const localCaller = (actor: string): Caller => ({
  actor,
  authenticated: false,
  permissions: 'all',
  namespaces: 'all',
  groups: [],
})

/** Throws an `HttpProblem` (`not_authenticated`) for callers from elsewhere. */
export const identifyLocal =
  (actor: string): MiddlewareHandler<HttpEnv> =>
  async (context, next) => {
    const { address } = getConnInfo(context).remote
    if (!isLoopback(address)) {
      throw new HttpProblem({
        status: 401,
        code: 'not_authenticated',
        detail: 'only this machine may call without a key',
      })
    }
    context.set('caller', localCaller(claimedActor(context.req.header(ACTOR_HEADER)) ?? actor))
    await next()
  }

/** Throws an `HttpProblem` (`invalid_actor`). */
export const claimedActor = (written: string | undefined): string | undefined => {
  if (written === undefined) return undefined
  const name = decoded(written)
  if (name !== undefined && ACTOR.test(name)) return name
  const detail = `${ACTOR_HEADER} must be a name of letters, digits and . _ @ + -, percent-encoded, 100 characters at most`
  throw new HttpProblem({ status: 400, code: 'invalid_actor', detail })
}

const decoded = (written: string): string | undefined => {
  try {
    return decodeURIComponent(written)
  } catch {
    return undefined
  }
}

export const isLoopback = (address: string | undefined): boolean =>
  address !== undefined && /^(?:::1|(?:::ffff:)?127(?:\.\d{1,3}){3})$/i.test(address)
