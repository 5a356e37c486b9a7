import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Calls, close, faultOf, open, request, textOf } from './calls.js'
import { type LocalServer, policyOf, startServer } from './local-server.js'

const test = suite<Calls>('redirects of the checked HTTP client')

test.before.each(open)
test.after.each(close)

const redirect = (server: LocalServer, to: string, status = 302): string =>
  `${server.origin}/?status=${status}&to=${encodeURIComponent(to)}`

test('a redirect is followed, and checked like the first request', async ({ client, server }) => {
  assert.is(textOf(await client.send(request(redirect(server, '/hello'), server))), 'hello')
  const inside = await client.send(request(redirect(server, 'http://169.254.169.254/latest'), server))
  assert.is(faultOf(inside).code, 'address_not_allowed')
  const file = await client.send(request(redirect(server, 'file:///etc/passwd'), server))
  assert.is(faultOf(file).code, 'url_invalid')
  const outside = await client.send(
    request(redirect(server, `http://localhost:${server.port}/hello`), server, {
      policy: policyOf([server], { allowedHosts: [`127.0.0.1:${server.port}`] }),
    }),
  )
  assert.is(faultOf(outside).code, 'host_not_allowed')
})

test('redirects without end are cut, and none are followed where none are allowed', async ({ client, server }) => {
  const loop = '/?to=%2F%3Fto%3D%2F'
  const endless = await startServer((_, response) => {
    response.statusCode = 302
    response.setHeader('location', loop)
    response.end()
  })
  const sent = await client.send(request(`${endless.origin}/`, endless))
  assert.is(faultOf(sent).code, 'too_many_redirects')
  assert.is(endless.requests.length, 4)
  const kept = await client.send(request(redirect(server, '/hello'), server, { maxRedirects: 0 }))
  assert.is(E.isRight(kept) && kept.right.status, 302)
  await endless.close()
})

test('what identifies the caller does not follow a redirect to another origin', async ({ client, server }) => {
  const other = await startServer((_, response) => response.end('other'))
  const headers = { authorization: 'Bearer s3cret', 'x-key': 's3cret', cookie: 'a=b', accept: 'text/plain' }
  await client.send(
    request(redirect(server, `${other.origin}/`), server, {
      headers,
      policy: policyOf([server, other], { secretHosts: [[`127.0.0.1:${server.port}`]] }),
      holdsSecret: (text) => text.includes('s3cret'),
    }),
  )
  const received = other.requests[0]?.headers ?? {}
  assert.is(received.accept, 'text/plain')
  assert.equal([received.authorization, received['x-key'], received.cookie], [undefined, undefined, undefined])
  await client.send(request(redirect(server, '/hello'), server, { headers }))
  assert.is(server.requests.at(-1)?.headers.authorization, 'Bearer s3cret')
  await other.close()
})

test('a body that holds a secret is not sent on to another origin', async ({ client, server }) => {
  const other = await startServer((_, response) => response.end('other'))
  const sent = await client.send(
    request(redirect(server, `${other.origin}/`, 307), server, {
      method: 'POST',
      body: 'token=s3cret',
      policy: policyOf([server, other]),
      holdsSecret: (text) => text.includes('s3cret'),
    }),
  )
  assert.is(faultOf(sent).code, 'secret_not_allowed')
  assert.is(other.requests.length, 0)
  await other.close()
})

test('a method and a body follow 307 and not 303', async ({ client, server }) => {
  const post = { method: 'POST', body: 'b', headers: { 'content-type': 'text/plain' } }
  await client.send(request(redirect(server, '/hello', 307), server, post))
  assert.equal([server.requests[1]?.method, server.requests[1]?.body], ['POST', 'b'])
  await client.send(request(redirect(server, '/hello', 303), server, post))
  assert.equal([server.requests[3]?.method, server.requests[3]?.body], ['GET', ''])
})

test.run()
