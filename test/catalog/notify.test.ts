import { createHmac } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createCatalog } from '../../catalog/catalog.js'
import type { JsonObject } from '../../src/core/json.js'
import type { Connections } from '../../src/ports/connections.js'
import type { HandlerContext } from '../../src/ports/handler.js'
import { createMasker } from '../../src/worker/mask.js'
import { policyOf, type Received, startServer } from './http/local-server.js'
import { type MailServerOptions, startMailServer } from './mail/local-mail-server.js'
import { failureOf, handlerOf, problemsOf, run, satisfied, withCatalog } from './run-handler.js'

const SECRET = 'shared-with-the-receiver'

const respond = ({ url, body, headers }: Received, response: ServerResponse): void => {
  response.statusCode = Number(/\d+/.exec(url)?.[0] ?? 200)
  if (url.startsWith('/away')) response.setHeader('location', '/elsewhere')
  response.end(`${body} ${JSON.stringify(headers)} ${SECRET}`)
}

const withReceiver = (
  body: (
    post: (path: string, others?: JsonObject, context?: Partial<HandlerContext>) => Promise<unknown>,
    received: () => ReadonlyArray<Received>,
  ) => Promise<void>,
) =>
  withCatalog(async (catalog) => {
    const server = await startServer(respond)
    try {
      await body(
        (path, others = {}, context = {}) =>
          run(handlerOf(catalog, 'notify'), {
            config: { webhook: { url: `${server.origin}${path}`, secret: SECRET, ...others } },
            context: { network: policyOf([server]), dependencies: { report: satisfied({ rows: 3 }) }, ...context },
          }),
        () => server.requests,
      )
    } finally {
      await server.close()
    }
  })

test(
  'a webhook is signed over its time and its body, and says which attempt of what it is',
  withReceiver(async (post, received) => {
    assert.equal(await post('/hook', { headers: { 'x-team': 'ops' } }), { channel: 'webhook', status: 200 })
    const [request] = received()
    assert.equal(JSON.parse(request?.body ?? ''), {
      id: 'task:1:0',
      task: 'task',
      step: 'step',
      message: { report: { rows: 3 } },
    })
    const [, seconds, hex] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(request?.headers['tasker-signature'])) ?? []
    assert.is(hex, createHmac('sha256', SECRET).update(`${seconds}.${request?.body}`).digest('hex'))
    assert.ok(Math.abs(Number(seconds) - Date.now() / 1_000) < 60)
    assert.equal([request?.headers['idempotency-key'], request?.headers['x-team']], ['task:1:0', 'ops'])
    assert.not.ok(JSON.stringify(request).includes(SECRET))
  }),
)

test(
  'a receiver that refuses is tried again or not, by its status, and no word of its answer is kept',
  withReceiver(async (post, received) => {
    for (const [path, retryable] of [
      ['/503', true],
      ['/429', true],
      ['/400', false],
      ['/away/307', false],
    ] as const) {
      const failure = await failureOf(post(path))
      assert.equal([failure.code, failure.retryable], ['http_status', retryable])
      assert.not.ok(JSON.stringify([failure.message, failure.details]).includes(SECRET))
    }
    assert.is(received().length, 4)
    assert.is((await failureOf(post('/', { headers: { Host: 'x' } }))).code, 'request_invalid')
  }),
)

test(
  'a webhook goes where a request may go, and nowhere else',
  withReceiver(async (post, received) => {
    const network = { allowedHosts: [], privateHosts: [], secretHosts: [] }
    assert.is((await failureOf(post('/', {}, { network }))).code, 'host_not_allowed')
    const policy = { ...network, allowedHosts: undefined }
    assert.is((await failureOf(post('/', {}, { network: policy }))).code, 'address_not_allowed')
    assert.equal(received(), [])
  }),
)

const withMail =
  (
    options: MailServerOptions,
    body: (
      send: (email?: JsonObject, context?: Partial<HandlerContext>) => Promise<unknown>,
      server: Awaited<ReturnType<typeof startMailServer>>,
    ) => Promise<void>,
  ) =>
  async (): Promise<void> => {
    const server = await startMailServer(options)
    const connections: Connections = {
      mail: {
        url: async () => `smtp://ada:${encodeURIComponent(server.password)}@127.0.0.1:${server.port}`,
        mail: { from: 'Tasker <tasker@example.org>', recipients: ['ops@example.org', '@team.example.org'] },
      },
      database: { url: async () => 'postgres://x' },
    }
    const catalog = createCatalog({ connections })
    const granted = { allowedHosts: [], privateHosts: [`127.0.0.1:${server.port}`], secretHosts: [] }
    try {
      await body(
        (email = {}, context = {}) =>
          run(handlerOf(catalog, 'notify'), {
            config: {
              email: { connection: 'mail', to: ['ops@example.org'], subject: 'Report', ...email },
              message: { rows: 3 },
            },
            context: { network: granted, ...context },
          }),
        server,
      )
    } finally {
      await catalog.close()
      await server.close()
    }
  }

test(
  'a mail is what the step says, from the sender and to the people that the connection allows',
  withMail({}, async (send, server) => {
    const to = ['ops@example.org', 'Grace@team.example.org']
    const result = (await send({ to, subject: 'Three\r\nBcc: evil@example.com' })) as Record<string, unknown>
    assert.equal([result.channel, result.accepted], ['email', 2])
    const [mail] = server.mails
    assert.equal([mail?.from, mail?.to, mail?.user], ['tasker@example.org', to, 'ada'])
    assert.match(mail?.text ?? '', /^Subject: Three Bcc: evil@example\.com\r$/m)
    assert.match(mail?.text ?? '', `Message-ID: ${String(result.message_id)}`)
    assert.match(mail?.text ?? '', '"rows": 3')
    await send({ text: 'In words.' })
    assert.match(server.mails[1]?.text ?? '', 'In words.')
    // The same step again, whichever attempt.
    assert.is((/Message-ID: (\S+)/.exec(server.mails[1]?.text ?? '') ?? [])[1], result.message_id)
  }),
)

test(
  'nobody else is written to, and by no other server',
  withMail({}, async (send, server) => {
    const refused = async (email: JsonObject, context: Partial<HandlerContext> = {}) =>
      (await failureOf(send(email, context))).code
    for (const to of [
      'eve@example.com',
      'ops@example.org.evil.com',
      'x@sub.team.example.org',
      '"a" <ops@example.org>',
      'ops@example.org, eve@example.com',
      'ops@example.org\r\nRCPT TO:<eve@example.com>',
    ]) {
      assert.is(await refused({ to: [to] }), 'recipient_not_allowed', to)
    }
    assert.is(await refused({ connection: 'database' }), 'connection_unknown')
    assert.is(await refused({ connection: 'another' }), 'connection_unknown')
    const network = { allowedHosts: undefined, privateHosts: [], secretHosts: [] }
    assert.is(await refused({}, { network }), 'address_not_allowed')
    assert.equal([server.mails.length, server.connections()], [0, 0])
  }),
)

test('what a mail server answers is not-now or never, and what it repeats is told to nobody', async () => {
  const password = 'hunter2-of-the-mail'
  const cases: ReadonlyArray<readonly [MailServerOptions, string, boolean]> = [
    [{ refuseRecipients: 550 }, 'mail_refused', false],
    [{ refuseRecipients: 451 }, 'mail_deferred', true],
    [{ refuseLogin: true }, 'mail_login_refused', false],
    [{ untrustedTls: true }, 'tls_error', false],
  ]
  for (const [options, code, retryable] of cases) {
    await withMail({ ...options, password }, async (send) => {
      const failure = await failureOf(send())
      assert.equal([failure.code, failure.retryable], [code, retryable], failure.message)
      const told = `${failure.message} ${JSON.stringify(failure.details ?? null)}`
      assert.is(createMasker([password]).mask(told), told)
    })()
  }
})

test(
  'a notification goes to one place',
  withCatalog(async (catalog) => {
    const notify = handlerOf(catalog, 'notify')
    const webhook = { url: 'https://example.com/' }
    const email = { connection: 'mail', to: ['a@b'], subject: 's' }
    assert.match(problemsOf(notify, { message: 1 })[0] ?? '', /^webhook: is missing/)
    assert.match(problemsOf(notify, { webhook, email })[0] ?? '', /^email: stands beside webhook/)
    assert.equal(problemsOf(notify, { webhook }), [])
  }),
)

test.run()
