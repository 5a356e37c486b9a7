/** Webhooks: what is sent, how it is signed, and what each answer means. */
import { createHmac } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createHttpClient } from '../../catalog/http/http-client.js'
import { createWebhookTransport } from '../../catalog/http/webhook-transport.js'
import { isSigned, signatureOf } from '../../src/subscriptions/signature.js'
import { webhook } from '../../src/subscriptions/webhook.js'
import { startServer } from '../catalog/http/local-server.js'
import { liveClock } from '../support/live-clock.js'
import { until } from '../support/until.js'
import { inWorld } from './named-database.js'
import { reasonOf, Story } from './story.js'

const test = suite('webhooks')

const SECRET = 'between us'

test('events are posted in order, signed, tried again when the receiver asks for it, and parked when it is gone', async () => {
  const answers = new Map([
    ['1', [503, 200]],
    ['2', [410]],
  ])
  const server = await startServer(({ body }, response) => {
    const status = answers.get(JSON.parse(body).data.reason)?.shift() ?? 204
    response.writeHead(status, status === 503 ? { 'retry-after': '0' } : {}).end()
  })
  const http = createHttpClient()
  await inWorld(async ({ log, subscriptions }) => {
    const [a, b] = [new Story(log), new Story(log)]
    const { subscribe, administration } = await subscriptions()
    const transport = createWebhookTransport(http, [`127.0.0.1:${server.port}`])
    const hook = webhook(transport, liveClock, {
      url: `${server.origin}/hook`,
      secret: SECRET,
      headers: { 'X-Of': 'us' },
    })
    await a.tell('1', '2', '3')
    await b.tell('4')
    await subscribe({ name: 'hook' }, hook)
    await until('all are acknowledged or parked', async () => (await administration.list())[0]?.position === 4)
    assert.equal(
      server.requests.map(({ body }) => reasonOf(JSON.parse(body))),
      ['1', '1', '2', '4'],
    )
    assert.equal(
      (await administration.parked('hook')).map(({ position, attempts, code }) => [position, attempts, code]),
      [[2, 1, 'webhook_status']],
    )
    const [first, second] = server.requests
    assert.is(first?.headers['idempotency-key'], second?.headers['idempotency-key'])
    assert.equal([first?.headers['tasker-attempt'], second?.headers['tasker-attempt']], ['1', '2'])
    assert.is(first?.headers['x-of'], 'us')
    const body = JSON.parse(first?.body ?? '')
    assert.equal(Object.keys(body), [
      'id',
      'type',
      'schema_version',
      'task',
      'version',
      'position',
      'time',
      'data',
      'metadata',
    ])
    assert.equal([body.task, body.version, body.position, body.type], [a.task, 1, 1, 'task-paused'])
    const signature = String(first?.headers['tasker-signature'])
    assert.ok(isSigned({ signature, body: first?.body ?? '', secret: SECRET, nowMs: Date.now() }))
  })()
  await http.close()
  await server.close()
})

test('a private address that nobody granted parks at once', async () => {
  const server = await startServer((_, response) => response.end())
  const http = createHttpClient()
  await inWorld(async ({ log, subscriptions }) => {
    const { subscribe, administration } = await subscriptions()
    await new Story(log).tell('1')
    await subscribe(
      { name: 'inwards' },
      webhook(createWebhookTransport(http, []), liveClock, { url: server.origin, secret: SECRET }),
    )
    await until('it is parked', async () => (await administration.parked('inwards')).length === 1)
    assert.is((await administration.parked('inwards'))[0]?.code, 'address_not_allowed')
    assert.is(server.requests.length, 0)
  })()
  await http.close()
  await server.close()
})

test('a signature is believed by whoever knows the secret, for its body and for a while', () => {
  const seconds = 1_800_000_000
  const nowMs = seconds * 1_000
  const body = '{"a":"ü"}'
  const signature = signatureOf([SECRET], seconds, body)
  assert.is(signature, `t=${seconds},v1=${createHmac('sha256', SECRET).update(`${seconds}.${body}`).digest('hex')}`)
  assert.ok(isSigned({ signature, body, secret: SECRET, nowMs }))
  assert.ok(isSigned({ signature: signatureOf(['new', SECRET], seconds, body), body, secret: SECRET, nowMs }))
  assert.not.ok(isSigned({ signature, body: `${body} `, secret: SECRET, nowMs }))
  assert.not.ok(isSigned({ signature, body, secret: 'another', nowMs }))
  assert.not.ok(isSigned({ signature: signature.replace('t=18', 't=19'), body, secret: SECRET, nowMs }))
  assert.not.ok(isSigned({ signature, body, secret: SECRET, nowMs: nowMs + 301_000 }))
  assert.ok(isSigned({ signature, body, secret: SECRET, nowMs: nowMs + 301_000, toleranceSeconds: 600 }))
  for (const nonsense of ['', 't=,v1=', 'v1=00', `t=${seconds}`, `t=${seconds},v1=é`]) {
    assert.not.ok(isSigned({ signature: nonsense, body, secret: SECRET, nowMs }), nonsense)
  }
})

test.run()
