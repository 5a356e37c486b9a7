/** Around every request: a span that goes on with the caller's trace, and how long it took by the route that answered. */
import type { MiddlewareHandler } from 'hono'
import type { Measures } from '../ports/measures.js'
import type { Traces } from '../ports/traces.js'
import type { HttpEnv } from './caller.js'

export const observed =
  (traces: Traces, measures: Pick<Measures, 'answered'>): MiddlewareHandler<HttpEnv> =>
  async (context, next) => {
    const { method } = context.req
    const since = performance.now()
    const span = traces.start({ name: method, kind: 'server', parent: context.req.header('traceparent') })
    await span.within(next)
    const { status } = context.res
    // What no route answers is one thing, whatever its path: paths are the caller's to choose.
    const route = context.get('route') ?? 'other'
    measures.answered(method, route, status, performance.now() - since)
    span.rename(`${method} ${route}`)
    span.set({ 'http.request.method': method, 'http.route': route, 'http.response.status_code': status })
    span.end(status >= 500 ? { code: String(status) } : undefined)
  }
