/**
 * The HTTP side as one hono app: who calls is found out first, then the table of routes answers below `/api/v1`, and
 * what is mounted (pages, metrics) answers below its own path. Whatever goes wrong leaves as a problem with a code.
 */
import { type Context, Hono } from 'hono'
import { newId } from '../engine/ids.js'
import { answerBy } from './answer.js'
import type { AppOptions, AppParts, Mount } from './app-parts.js'
import type { HttpEnv } from './caller.js'
import { identifyLocal } from './identify.js'
import { HttpProblem, problemResponse } from './problem.js'
import { Rates } from './rate.js'
import { problemOf } from './refusal-status.js'
import type { Method, Route } from './route.js'
import { API, API_ROUTES, PROBE_ROUTES, ROOT_ROUTES } from './route-table.js'

const never = new AbortController().signal

export const createApp = (parts: AppParts, options: AppOptions = {}): Hono<HttpEnv> => {
  const { around = [], mounts = [], closing = never, actor = 'somebody' } = options
  const app = new Hono<HttpEnv>()
  app.onError((error, context) => answerTo(error, context, parts, mounts))
  app.use(async (context, next) => {
    context.set('requestId', newId(parts.clock))
    context.set('closing', closing)
    await next()
    context.header('x-request-id', context.get('requestId'))
  })
  for (const middleware of around) app.use(middleware)
  // Whoever asks whether this process lives needs no name.
  addRoutes(app, '', PROBE_ROUTES, parts, closing)
  if (options.entrance !== undefined) app.route('/', options.entrance)
  app.use(options.identify ?? identifyLocal(actor))
  app.use(limitedBy(new Rates(parts.clock, options.rate)))
  addRoutes(app, '', ROOT_ROUTES, parts, closing)
  addRoutes(app, API, API_ROUTES, parts, closing)
  for (const mount of mounts) app.route(mount.path, mount.app)
  app.notFound((context) => problemResponse(notFound(context), context.get('requestId')))
  return app
}

const addRoutes = (
  app: Hono<HttpEnv>,
  base: string,
  routes: ReadonlyArray<Route>,
  parts: AppParts,
  closing: AbortSignal,
): void => {
  const methods = new Map<string, Method[]>()
  for (const route of routes) {
    const path = base + route.path
    methods.set(path, [...(methods.get(path) ?? []), route.method])
    app[route.method](path, (context) => {
      context.set('route', path)
      return answerBy(route, parts, context, closing)
    })
  }
  for (const [path, known] of methods) {
    app.all(path, () => {
      const allow = known.map((method) => method.toUpperCase()).join(', ')
      const detail = `this path takes ${allow}`
      throw new HttpProblem({ status: 405, code: 'method_not_allowed', detail, headers: { allow } })
    })
  }
}

const limitedBy =
  (rates: Rates) =>
  async (context: Context<HttpEnv>, next: () => Promise<void>): Promise<void> => {
    const { actor, via = actor } = context.get('caller')
    // By what was proved: whoever only says that they are somebody uses nothing up of theirs.
    const full = rates.take(via)
    if (full !== undefined) {
      throw new HttpProblem({
        status: 429,
        code: 'too_many_requests',
        detail: `${actor} asks too often`,
        headers: { 'retry-after': String(full.waitSeconds) },
      })
    }
    await next()
  }

const notFound = (context: Context<HttpEnv>): HttpProblem =>
  new HttpProblem({ status: 404, code: 'not_found', detail: `there is nothing at ${context.req.path}` })

const answerTo = (
  error: Error,
  context: Context<HttpEnv>,
  { logger }: AppParts,
  mounts: ReadonlyArray<Mount>,
): Response | Promise<Response> => {
  const requestId = context.get('requestId')
  const known = problemOf(error)
  if (known !== undefined) {
    return pageOf(known, context, mounts) ?? problemResponse(known, requestId)
  }
  const { method, path } = context.req
  logger.error('a request failed', { method, path, request_id: requestId, error: error.stack ?? String(error) })
  const detail = 'this is a fault of ours; the log has more of it'
  return problemResponse(new HttpProblem({ status: 500, code: 'internal', detail }), requestId)
}

/** For a person in front of a browser. */
const pageOf = (
  problem: HttpProblem,
  context: Context<HttpEnv>,
  mounts: ReadonlyArray<Mount>,
): Promise<Response> | undefined => {
  const { req } = context
  if (req.header('accept')?.includes('text/html') !== true) return undefined
  const mount = mounts.find(({ path }) => req.path === path || req.path.startsWith(`${path}/`))
  return mount?.problem?.(problem, context)
}
