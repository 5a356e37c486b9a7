/** A route's part of a request: decoded on the way in, written as JSON with an ETag on the way out. */
import { createHash } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import type { Context } from 'hono'
import { decode } from '../core/closed.js'
import type { AppParts } from './app-parts.js'
import { readJson } from './body.js'
import type { HttpEnv } from './caller.js'
import { HttpProblem } from './problem.js'
import { readQuery } from './query.js'
import type { Reply, Route } from './route.js'
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
  const answer = await route.handle(
    {
      params: context.req.param(),
      query,
      body: await bodyOf(route, context),
      caller,
      header: (name) => context.req.header(name),
      signal: AbortSignal.any([context.req.raw.signal, closing]),
      closing,
    },
    parts,
  )
  return answer instanceof Response ? answer : jsonResponse(answer, route, context.req.header('if-none-match'))
}

const bodyOf = async (route: Route, context: Context<HttpEnv>): Promise<unknown> => {
  if (route.body === undefined) return undefined
  const decoded = decode(route.body, await readJson(context.req.raw))
  if (E.isRight(decoded)) return decoded.right
  const detail = decoded.left.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')
  throw new HttpProblem({ status: 400, code: 'invalid_body', detail, errors: decoded.left })
}

const jsonResponse = ({ status, body, headers }: Reply<unknown>, { method }: Route, known?: string): Response => {
  if (status === 204) return new Response(null, { status, ...(headers === undefined ? {} : { headers }) })
  const text = JSON.stringify(body)
  const common = { ...headers, 'content-type': 'application/json' }
  if (method !== 'get') return new Response(text, { status, headers: { ...common, 'cache-control': 'no-store' } })
  const etag = `"${createHash('sha256').update(text, 'utf8').digest('base64url').slice(0, 27)}"`
  const cached = { etag, 'cache-control': 'private, no-cache' }
  return isKnown(known, etag)
    ? new Response(null, { status: 304, headers: cached })
    : new Response(text, { status, headers: { ...common, ...cached } })
}

const isKnown = (known: string | undefined, etag: string): boolean =>
  known?.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === etag) === true
