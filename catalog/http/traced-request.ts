/** A request as a span of its own, below the handler's; whoever is called is told which trace it belongs to. */
import * as E from 'fp-ts/lib/Either.js'
import type { HandlerTrace } from '../../src/ports/handler.js'
import type { HttpClient, HttpRequest } from './http-client.js'

/** A `traceparent` among the configured headers is the author's wish, and stands. */
export const sendTraced = async (
  http: HttpClient,
  request: HttpRequest,
  trace: HandlerTrace | undefined,
): ReturnType<HttpClient['send']> => {
  if (trace === undefined) return http.send(request)
  const span = trace.start({ name: request.method, kind: 'client', attributes: attributesOf(request) })
  const traceparent = span.traceparent ?? trace.traceparent
  const answer = await http.send({ ...request, headers: { traceparent, ...request.headers } })
  if (E.isLeft(answer)) span.end(answer.left)
  else {
    const { status } = answer.right
    span.set({ 'http.response.status_code': status })
    span.end(status >= 400 ? { code: String(status) } : undefined)
  }
  return answer
}

/** Without path and query, which may hold what nobody else should read. */
const attributesOf = ({ method, url }: HttpRequest): Readonly<Record<string, string | number>> => {
  const named = { 'http.request.method': method }
  if (!URL.canParse(url)) return named
  const { hostname, port, protocol } = new URL(url)
  return { ...named, 'server.address': hostname, 'server.port': Number(port) || (protocol === 'https:' ? 443 : 80) }
}
