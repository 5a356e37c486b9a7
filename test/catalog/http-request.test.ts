import type { ServerResponse } from 'node:http'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type LocalServer, policyOf, type Received, startServer } from './http/local-server.js'
import { failureOf, handlerOf, problemsOf, type Run, run, withCatalog } from './run-handler.js'

const json = (response: ServerResponse, status: number, body: string): void => {
  response.statusCode = status
  response.setHeader('content-type', 'application/json')
  response.setHeader('x-internal', 'not shown')
  response.setHeader('etag', '"1"')
  response.end(body)
}

const respond = (request: Received, response: ServerResponse): void => {
  const path = new URL(request.url, 'http://x').pathname
  if (path === '/countries/Norway') json(response, 200, '{"name": "Norway", "region": "Europe", "area": 323802}')
  else if (path === '/echo') json(response, 200, JSON.stringify({ url: request.url, body: request.body }))
  else if (path === '/deep') json(response, 200, '['.repeat(100_000) + ']'.repeat(100_000))
  else if (path === '/false') json(response, 200, '<html>')
  else if (path === '/text') response.end('plain')
  else if (path === '/bytes') response.end(Buffer.from([0xff, 0x00, 0x01]))
  else if (path === '/nothing') response.writeHead(204).end()
  else if (path.startsWith('/status/')) {
    response.statusCode = Number(path.slice('/status/'.length))
    response.setHeader('retry-after', '7')
    response.end('oops')
  } else json(response, 404, '{"message": "unknown country"}')
}

const withServer = (body: (call: (run: Run) => Promise<unknown>, server: LocalServer) => Promise<void>) =>
  withCatalog(async (catalog) => {
    const server = await startServer(respond)
    const handler = handlerOf(catalog, 'http_request')
    const call = ({ config, inputs, context }: Run) =>
      run(handler, {
        config: { ...config, url: `${server.origin}${String(config.url)}` },
        ...(inputs === undefined ? {} : { inputs }),
        context: { network: policyOf([server]), ...context },
      })
    try {
      await body(call, server)
    } finally {
      await server.close()
    }
  })

test(
  'a response is a status, some headers and a body, parsed where it is JSON',
  withServer(async (call) => {
    const { headers, ...rest } = (await call({ config: { url: '/countries/Norway' } })) as {
      headers: Record<string, string>
    }
    assert.equal(rest, { status: 200, body: { name: 'Norway', region: 'Europe', area: 323802 } })
    assert.equal([headers.etag, headers['x-internal']], ['"1"', undefined])
    const bodyAt = async (url: string) => ((await call({ config: { url } })) as { body: unknown }).body
    assert.is(await bodyAt('/text'), 'plain')
    assert.equal(await bodyAt('/bytes'), { base64: '/wAB' })
    assert.is(await bodyAt('/nothing'), null)
  }),
)

test(
  'an extraction is the whole result',
  withServer(async (call) => {
    assert.is(await call({ config: { url: '/countries/Norway', extract: 'region' } }), 'Europe')
    assert.equal(await call({ config: { url: '/countries/Norway', extract: '{a: area, n: length(name)}' } }), {
      a: 323802,
      n: 6,
    })
  }),
)

test(
  'an unexpected status fails the step, for good or not by its kind',
  withServer(async (call) => {
    for (const [status, retryable] of [
      [400, false],
      [404, false],
      [408, true],
      [425, true],
      [429, true],
      [500, true],
      [503, true],
    ] as const) {
      const failure = await failureOf(call({ config: { url: `/status/${status}` } }))
      assert.equal([failure.code, failure.retryable, failure.retryAfterMs], ['http_status', retryable, 7_000])
      assert.equal(failure.details, { status, body: 'oops' })
    }
  }),
)

test(
  'a status that is expected is a result',
  withServer(async (call) => {
    const config = { url: '/countries/Turkey', expected_status: [200, 404] }
    const found = (await call({ config })) as { status: number; body: unknown }
    assert.equal([found.status, found.body], [404, { message: 'unknown country' }])
  }),
)

test(
  'a body is sent as it was given, with the key of the step, and a query is encoded',
  withServer(async (call, server) => {
    await call({ config: { url: '/echo?a=1', method: 'POST', json: { b: 2 }, query: { c: 'd&e', f: 3, g: true } } })
    const [posted] = server.requests
    assert.is(posted?.url, '/echo?a=1&c=d%26e&f=3&g=true')
    assert.is(posted?.body, '{"b":2}')
    assert.is(posted?.headers['content-type'], 'application/json')
    assert.is(posted?.headers['idempotency-key'], 'task:1:0')
    await call({ config: { url: '/echo', method: 'PUT', body: 'x', headers: { 'Content-Type': 'text/csv' } } })
    assert.is(server.requests[1]?.headers['content-type'], 'text/csv')
    await call({ config: { url: '/echo' } })
    assert.is(server.requests[2]?.headers['idempotency-key'], undefined)
    await call({ config: { url: '/echo', method: 'POST' }, inputs: { json: [1], query: { q: 1 } } })
    assert.equal([server.requests[3]?.url, server.requests[3]?.body], ['/echo?q=1', '[1]'])
  }),
)

test(
  'headers that say whom the message is for are not the author’s',
  withServer(async (call, server) => {
    for (const header of ['Host', 'transfer-encoding', 'Content-Length', 'Connection']) {
      const failure = await failureOf(call({ config: { url: '/echo', headers: { [header]: 'x' } } }))
      assert.is(failure.code, 'request_invalid', header)
    }
    assert.is(server.requests.length, 0)
  }),
)

test(
  'JSON that is none, or that nests without end, is no result',
  withServer(async (call) => {
    for (const url of ['/deep', '/false']) {
      const failure = await failureOf(call({ config: { url } }))
      assert.equal([failure.code, failure.retryable], ['response_unreadable', false], url)
    }
  }),
)

test(
  'what the client refuses is the step’s failure',
  withServer(async (call) => {
    const context = { network: { allowedHosts: [], privateHosts: [], secretHosts: [] } }
    const refused = await failureOf(call({ config: { url: '/text' }, context }))
    assert.equal([refused.code, refused.retryable], ['host_not_allowed', false])
    const large = await failureOf(call({ config: { url: '/text', max_bytes: 2 } }))
    assert.is(large.code, 'response_too_large')
  }),
)

test(
  'a configuration is closed, and a body belongs to a method that has one',
  withCatalog(async (catalog) => {
    const handler = handlerOf(catalog, 'http_request')
    const url = 'https://example.com/'
    assert.equal(problemsOf(handler, { url }), [])
    assert.match(problemsOf(handler, { url, methd: 'GET' })[0] ?? '', /^methd: unknown key/)
    assert.match(problemsOf(handler, { url, method: 'TRACE' })[0] ?? '', /^method: must be one of GET/)
    assert.match(problemsOf(handler, { url, json: 1 })[0] ?? '', /^json: cannot be sent with GET/)
    assert.match(problemsOf(handler, { url, method: 'POST', json: 1, body: 'a' })[0] ?? '', /^json: stands beside body/)
    assert.match(problemsOf(handler, { url, max_bytes: 1e9 })[0] ?? '', /^max_bytes: must be an integer from 1/)
    assert.match(problemsOf(handler, { url, query: { a: [1] } })[0] ?? '', /^query\.a: must be/)
  }),
)

test.run()
