/** A route's part of a request: decoded on the way in, written as JSON with an ETag on the way out. */
import { createHash } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import type { Context } from 'hono'
import { decode } from '../core/closed.js'
import type { AppParts } from './app-parts.js'
import { readJson } from './body.js'
import type { HttpEnv, Standing } from './caller.js'
import { HttpProblem } from './problem.js'
import { readQuery } from './query.js'
import type { Reply, Request, Route } from './route.js'
import { demand } from './scope.js'

export const answerBy = async (
  route: Route,
  parts: AppParts,
  context: Context<HttpEnv>,
  closing: AbortSignal,
): Promise<Response> => {
  const caller = context.get('caller')
  if (route.permission !== undefined) demand(caller, route.permission)
  const query = readQuery(context.req.url, route.query)
  // Whoever asks for the head of a stream would never read it, and it would stay open.
  if (context.req.method === 'HEAD' && route.produces !== undefined) return headOf(route.produces)
  const params = context.req.param()
  const known = context.req.header('if-none-match')
  const stands = known === undefined ? undefined : await route.stands?.({ params, caller }, parts)
  if (stands !== undefined && isKnown(known, etagOf(stands, parts))) return unchanged(etagOf(stands, parts))
  const request: Request<string, unknown, unknown> = {
    params,
    query,
    body: await bodyOf(route, context),
    caller,
    ...standingOf(context.get('standing')),
    header: (name) => context.req.header(name),
    // Made when it is asked for: few routes go on for long enough to be told.
    get signal() {
      return AbortSignal.any([context.req.raw.signal, closing])
    },
    closing,
  }
  const answer = await route.handle(request, parts)
  if (answer instanceof Response) return answer
  if (route.stands === undefined || answer.stands === undefined) return jsonResponse(answer, route, known)
  return jsonResponse(answer, route, known, etagOf(answer.stands, parts))
}

const standingOf = (standing: Standing | undefined) => (standing === undefined ? {} : { standing })

const headOf = (type: string): Response => new Response(null, { headers: { 'content-type': type } })

/** Another version of Tasker may answer the same in other words. */
const etagOf = (stands: string, { version }: AppParts): string => `"${version}-${stands}"`

const unchanged = (etag: string): Response =>
  new Response(null, { status: 304, headers: { etag, 'cache-control': CACHED } })

/** It may be kept by its caller, who has to ask whether it still holds. */
const CACHED = 'private, no-cache'

const bodyOf = async (route: Route, context: Context<HttpEnv>): Promise<unknown> => {
  if (route.body === undefined) return undefined
  const decoded = decode(route.body, await readJson(context.req.raw))
  if (E.isRight(decoded)) return decoded.right
  const detail = decoded.left.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')
  throw new HttpProblem({ status: 400, code: 'invalid_body', detail, errors: decoded.left })
}

const jsonResponse = (
  { status, body, headers }: Reply<unknown>,
  { method }: Route,
  known: string | undefined,
  given?: string,
): Response => {
  if (status === 204) return new Response(null, { status, ...(headers === undefined ? {} : { headers }) })
  const text = JSON.stringify(body)
  const common = { ...headers, 'content-type': 'application/json' }
  if (method !== 'get') return new Response(text, { status, headers: { ...common, 'cache-control': 'no-store' } })
  const etag = given ?? `"${createHash('sha256').update(text, 'utf8').digest('base64url').slice(0, 27)}"`
  return isKnown(known, etag)
    ? unchanged(etag)
    : new Response(text, { status, headers: { ...common, etag, 'cache-control': CACHED } })
}

const isKnown = (known: string | undefined, etag: string): boolean =>
  known?.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === etag) === true
