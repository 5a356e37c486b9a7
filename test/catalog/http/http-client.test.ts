import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createHttpClient } from '../../../catalog/http/http-client.js'
import { type Calls, close, faultOf, open, request, textOf } from './calls.js'
import { policyOf, startServer } from './local-server.js'
import { CERTIFICATE, KEY } from './self-signed.js'

const test = suite<Calls>('the checked HTTP client')

test.before.each(open)
test.after.each(close)

test('a granted private host is called, by address and by name', async ({ client, server }) => {
  assert.is(textOf(await client.send(request(`${server.origin}/hello`, server))), 'hello')
  assert.is(textOf(await client.send(request(`http://service.test:${server.port}/hello`, server))), 'hello')
  assert.is(server.requests[1]?.headers.host, `service.test:${server.port}`)
})

test('a private address is refused in every spelling without a grant, and nothing reaches it', async ({
  client,
  server,
}) => {
  const policy = policyOf([], { privateHosts: [`127.0.0.1:${server.port + 1}`, '127.0.0.1'] })
  const hosts = [
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '017700000001',
    '127.0.0.1.',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '0.0.0.0',
    '169.254.169.254',
    '[fe80::1]',
    'service.test',
    'localhost',
    'localhost.',
  ]
  for (const host of hosts) {
    const sent = await client.send(request(`http://${host}:${server.port}/hello`, server, { policy }))
    assert.is(faultOf(sent).code, 'address_not_allowed', host)
  }
  assert.is(server.requests.length, 0)
})

test('a name with one private address among public ones is refused', async ({ server }) => {
  const client = createHttpClient({ resolve: async () => ['1.1.1.1', '10.0.0.1'] })
  const sent = await client.send(request('http://mixed.test/', server, { policy: policyOf([]) }))
  assert.is(faultOf(sent).code, 'address_not_allowed')
  await client.close()
})

test('a name that changes between check and use changes nothing: it is resolved once a connection', async ({
  server,
}) => {
  const answers = [['127.0.0.1'], ['169.254.169.254']]
  let asked = 0
  const client = createHttpClient({ resolve: async () => answers[Math.min(asked++, 1)] ?? [] })
  assert.is(textOf(await client.send(request(`http://service.test:${server.port}/hello`, server))), 'hello')
  assert.is(asked, 1)
  await client.close()

  asked = 1
  const later = createHttpClient({ resolve: async () => answers[Math.min(asked++, 1)] ?? [] })
  const sent = await later.send(request(`http://service.test:${server.port}/hello`, server))
  assert.is(faultOf(sent).code, 'address_not_allowed')
  await later.close()
})

test('a connection that was granted to one call never serves another without the grant', async ({ client, server }) => {
  const url = `http://service.test:${server.port}/hello`
  assert.is(textOf(await client.send(request(url, server))), 'hello')
  const sent = await client.send(request(url, server, { policy: policyOf([]) }))
  assert.is(faultOf(sent).code, 'address_not_allowed')
})

test('the next address is tried where the first does not answer', async ({ server }) => {
  const client = createHttpClient({ resolve: async () => ['127.0.0.2', '127.0.0.1'] })
  assert.is(textOf(await client.send(request(`http://service.test:${server.port}/hello`, server))), 'hello')
  await client.close()
})

test('a host outside the allow-list is refused, and a grant of its address does not allow it', async ({
  client,
  server,
}) => {
  const policy = policyOf([server], { allowedHosts: [`other.test:${server.port}`] })
  const sent = await client.send(request(`${server.origin}/hello`, server, { policy }))
  assert.is(faultOf(sent).code, 'host_not_allowed')
  assert.is(server.requests.length, 0)
})

test('what is no plain http URL is refused', async ({ client, server }) => {
  for (const url of ['file:///etc/passwd', 'gopher://x/', '/relative', `http://user:pass@127.0.0.1:${server.port}/`]) {
    assert.is(faultOf(await client.send(request(url, server))).code, 'url_invalid', url)
  }
})

test('a secret is only sent to its own hosts', async ({ client, server }) => {
  const policy = policyOf([server], { secretHosts: [['api.example.com']] })
  const sent = await client.send(request(`${server.origin}/hello`, server, { policy }))
  assert.is(faultOf(sent).code, 'secret_not_allowed')
  assert.is(server.requests.length, 0)
})

test('a response above the limit is refused, counted as it is unpacked', async ({ client, server }) => {
  for (const path of ['/large', '/bomb']) {
    assert.is(faultOf(await client.send(request(`${server.origin}${path}`, server))).code, 'response_too_large', path)
  }
  assert.is(textOf(await client.send(request(`${server.origin}/packed`, server))), 'unpacked')
  for (const path of ['/mispacked', '/oddly-packed']) {
    assert.is(faultOf(await client.send(request(`${server.origin}${path}`, server))).code, 'response_unreadable', path)
  }
})

test('a server that never answers, or never ends, meets the time limit', async ({ client, server }) => {
  for (const path of ['/silent', '/drip']) {
    const fault = faultOf(await client.send(request(`${server.origin}${path}`, server, { timeoutMs: 80 })))
    assert.equal([fault.code, fault.retryable], ['timeout', true], path)
  }
})

test('a name that is never resolved meets the time limit too', async ({ server }) => {
  const client = createHttpClient({ resolve: () => new Promise(() => undefined) })
  const fault = faultOf(await client.send(request(`http://service.test:${server.port}/`, server, { timeoutMs: 80 })))
  assert.is(fault.code, 'timeout')
  await client.close()
})

test('a name that does not exist may be tried again', async ({ server }) => {
  const client = createHttpClient({ resolve: () => Promise.reject(new Error('getaddrinfo ENOTFOUND')) })
  const fault = faultOf(await client.send(request(`http://service.test:${server.port}/`, server)))
  assert.equal([fault.code, fault.retryable], ['network_error', true])
  await client.close()
})

test('a cancelled request ends at once', async ({ client, server }) => {
  const controller = new AbortController()
  const sending = client.send(request(`${server.origin}/drip`, server, { signal: controller.signal }))
  controller.abort()
  assert.is(faultOf(await sending).code, 'cancelled')
  assert.is(
    faultOf(await client.send(request(`${server.origin}/hello`, server, { signal: AbortSignal.abort() }))).code,
    'cancelled',
  )
})

test('a connection that breaks may be tried again', async ({ client, server }) => {
  const broken = faultOf(await client.send(request(`${server.origin}/broken`, server)))
  assert.equal([broken.code, broken.retryable], ['network_error', true])
})

test('headers that would split the request are refused', async ({ client, server }) => {
  const sent = await client.send(request(`${server.origin}/hello`, server, { headers: { 'x-a': 'b\r\nx-c: d' } }))
  assert.is(faultOf(sent).code, 'request_invalid')
  assert.is(server.requests.length, 0)
})

test('proxies of the environment are not used', async ({ client, server }) => {
  const proxy = await startServer((_, response) => response.end('through the proxy'))
  process.env.http_proxy = proxy.origin
  process.env.HTTP_PROXY = proxy.origin
  try {
    assert.is(textOf(await client.send(request(`${server.origin}/hello`, server))), 'hello')
    assert.is(proxy.requests.length, 0)
  } finally {
    delete process.env.http_proxy
    delete process.env.HTTP_PROXY
    await proxy.close()
  }
})

test('a server is asked for by its name, and one that nobody vouches for is not trusted', async ({ client }) => {
  const names: string[] = []
  const server = createTlsServer({
    key: KEY,
    cert: CERTIFICATE,
    SNICallback: (name, done) => {
      names.push(name)
      done(null)
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const sent = await client.send({
    url: `https://tls.test:${port}/`,
    method: 'GET',
    headers: {},
    policy: { allowedHosts: undefined, privateHosts: [`tls.test:${port}`], secretHosts: [] },
    maxBytes: 10,
    timeoutMs: 5_000,
    maxRedirects: 0,
  })
  assert.equal([faultOf(sent).code, faultOf(sent).retryable], ['tls_error', false])
  assert.equal(names, ['tls.test'])
  await new Promise((resolve) => server.close(resolve))
})

test('a client that is closed sends nothing, also where it had sent nothing yet', async ({ client, server }) => {
  const unused = createHttpClient({ resolve: async () => ['127.0.0.1'] })
  assert.is(textOf(await client.send(request(`${server.origin}/hello`, server))), 'hello')
  for (const closed of [client, unused]) {
    await closed.close()
    assert.is(faultOf(await closed.send(request(`${server.origin}/hello`, server))).code, 'network_error')
  }
  assert.is(server.requests.length, 1)
})

test.run()
