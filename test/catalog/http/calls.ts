/** A server that answers in every way that a client has to survive, a client that may call it, and what came of a call. */
import { fail } from 'node:assert'
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import * as E from 'fp-ts/lib/Either.js'
import { createHttpClient, type HttpClient, type HttpRequest } from '../../../catalog/http/http-client.js'
import type { HttpFault } from '../../../catalog/http/http-fault.js'
import { type LocalServer, policyOf, type Received, startServer } from './local-server.js'

export interface Calls {
  client: HttpClient
  server: LocalServer
}

const routes: Readonly<Record<string, (request: Received, response: ServerResponse) => void>> = {
  '/hello': (_, response) => response.end('hello'),
  '/large': (_, response) => response.end('x'.repeat(100_000)),
  '/bomb': (_, response) => {
    response.setHeader('content-encoding', 'gzip')
    response.end(gzipSync(Buffer.alloc(50 * 1024 * 1024)))
  },
  '/packed': (_, response) => {
    response.setHeader('content-encoding', 'gzip')
    response.end(gzipSync('unpacked'))
  },
  '/mispacked': (_, response) => {
    response.setHeader('content-encoding', 'gzip')
    response.end('not packed')
  },
  '/oddly-packed': (_, response) => {
    response.setHeader('content-encoding', 'zstd')
    response.end('odd')
  },
  '/silent': () => undefined,
  '/drip': (_, response) => {
    response.write('a')
  },
  '/broken': (_, response) => response.destroy(),
}

const respond = (request: Received, response: ServerResponse): void => {
  const url = new URL(request.url, 'http://x')
  const to = url.searchParams.get('to')
  if (to === null) {
    ;(routes[url.pathname] ?? ((_, other) => other.end('none')))(request, response)
    return
  }
  response.statusCode = Number(url.searchParams.get('status') ?? 302)
  response.setHeader('location', to)
  response.end('moved')
}

/** Before each test. Names resolve to this machine. */
export const open = async (calls: Calls): Promise<void> => {
  calls.client = createHttpClient({ resolve: async () => ['127.0.0.1'] })
  calls.server = await startServer(respond)
}

/** After each test. */
export const close = async ({ client, server }: Calls): Promise<void> => {
  await client.close()
  await server.close()
}

export const request = (url: string, server: LocalServer, others: Partial<HttpRequest> = {}): HttpRequest => ({
  url,
  method: 'GET',
  headers: {},
  policy: policyOf([server]),
  maxBytes: 10_000,
  timeoutMs: 5_000,
  maxRedirects: 3,
  ...others,
})

export const faultOf = (sent: E.Either<HttpFault, unknown>): HttpFault =>
  E.isLeft(sent) ? sent.left : fail('it was sent')

export const textOf = (sent: E.Either<HttpFault, { readonly body: Buffer }>): string =>
  E.isRight(sent) ? sent.right.body.toString('utf8') : fail(sent.left.message)
