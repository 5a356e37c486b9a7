/** A secret is told to its own hosts and to nobody else: not to the log, not to who reads the logs, not to other hosts. */
import type { ServerResponse } from 'node:http'
import * as t from 'io-ts'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineHandler } from '../../catalog/define-handler.js'
import { closed } from '../../src/core/closed.js'
import type { JsonObject } from '../../src/core/json.js'
import { streamOf } from '../../src/engine/ids.js'
import type { TaskResult } from '../../src/engine/tasks.js'
import type { Connections } from '../../src/ports/connections.js'
import { StepFailure } from '../../src/ports/handler.js'
import type { Logger } from '../../src/ports/logger.js'
import { createMasker } from '../../src/worker/mask.js'
import { type LocalServer, type Received, startServer } from '../catalog/http/local-server.js'
import { startMailServer } from '../catalog/mail/local-mail-server.js'
import { broken, fragmentOf, ok, plannedFrame, plannedTasker } from '../support/planned-tasker.js'

const test = suite('secrets, from end to end')

const SECRET = 'hunter2/"of the"+moon&stars'

/** Repeats what it was sent in every way that it knows. */
const echo =
  (elsewhere: () => string) =>
  ({ url, headers, body }: Received, response: ServerResponse): void => {
    const sent = String(headers.authorization ?? headers['x-key'] ?? body)
    if (url.startsWith('/away')) {
      response.writeHead(url.endsWith('307') ? 307 : 302, {
        location: `${elsewhere()}/?got=${encodeURIComponent(sent)}`,
      })
      response.end()
    } else if (url.startsWith('/fails')) {
      // Where an error is cut, the secret stands across the cut.
      response.writeHead(400).end(`${'.'.repeat(1_000 - SECRET.length / 2 - 'Bearer '.length)}${sent}`)
    } else if (url.startsWith('/text')) {
      response.end(`${sent} ${encodeURIComponent(sent)} ${Buffer.from(sent).toString('base64')}`)
    } else {
      response.setHeader('content-type', 'application/json')
      response.setHeader('etag', sent.replace(/[^\x20-\x7e]/g, ''))
      const hex = Buffer.from(sent).toString('hex')
      response.end(JSON.stringify({ [sent]: [sent], headers, url, body, hex, html: sent.replaceAll('"', '&quot;') }))
    }
  }

/** A user's handler that does with its secret what it should not. */
const careless = defineHandler({
  name: 'careless',
  config: closed({ key: t.string, does: t.string }),
  fields: { secrets: ['key'] },
  run: async ({ config: { key, does }, context }) => {
    await context.saveCheckpoint({ key })
    if (does === 'throws') throw new Error(`cannot use ${key}`)
    if (does === 'fails') throw new StepFailure(`bad_${key}`, key, { retryable: false, details: { [key]: [key] } })
    if (does === 'yields' && context.step.attempt === 1) {
      return { type: 'checkpoint_yield', cursor: key, items_processed: 1, accumulated_results: { key } }
    }
    return { key, again: Buffer.from(`user:${key}`).toString('base64') }
  },
})

interface Told {
  readonly result: TaskResult
  /** Everything that was stored or logged. */
  readonly said: string
}

/** Runs planned steps with the secret at hand. */
const runSteps = async (
  servers: ReadonlyArray<LocalServer>,
  steps: ReadonlyArray<JsonObject>,
  connections: Connections = {},
  mailPort = 0,
): Promise<Told> => {
  const said: string[] = []
  const hear = (message: string, fields?: unknown) => void said.push(`${message} ${JSON.stringify(fields)}`)
  const logger: Logger = { debug: hear, info: hear, warn: hear, error: hear }
  const local = servers.map(({ port }) => `127.0.0.1:${port}`)
  const { tasker, log } = await plannedTasker(() => fragmentOf(steps), {
    handlers: [ok, broken, careless],
    secrets: async (name) => (name === 'KEY' ? { value: SECRET, hosts: local.slice(0, 1) } : undefined),
    privateHosts: [...local, `127.0.0.1:${mailPort}`],
    connections,
    logger,
  })
  const bounds = {
    allowed_handlers: ['ok', 'careless', 'http_request', 'notify', 'persist', 'fan_out'],
    allowed_hosts: local,
    allowed_secrets: ['KEY', 'warehouse', 'mail'],
  }
  const task = await tasker.tasks.create(await tasker.template(plannedFrame({}, bounds)), {})
  const result = await task.result()
  await tasker.close()
  const events = await log.readStream(streamOf(task.id), 0)
  return { result, said: [...said, ...events.map(({ data, metadata }) => `${data} ${metadata}`)].join('\n') }
}

const assertUntold = (said: string): void => {
  assert.is(createMasker([SECRET]).mask(said), said)
  // Not even half of it.
  assert.not.match(said, SECRET.slice(0, SECRET.length / 2))
}

const withServers = (body: (echoing: LocalServer, other: LocalServer) => Promise<void>) => async (): Promise<void> => {
  const other = await startServer((_, response) => response.end('seen'))
  const echoing = await startServer(echo(() => other.origin))
  try {
    await body(echoing, other)
  } finally {
    await Promise.all([echoing.close(), other.close()])
  }
}

const once: JsonObject = { retry: { max_attempts: 1 } }
const HEADERS: JsonObject = { authorization: 'Bearer ${secrets.KEY}' }

test(
  'an allowed server that repeats what it was sent tells nobody',
  withServers(async (echoing, other) => {
    const asking = (name: string, path: string, config: JsonObject = { headers: HEADERS }) => ({
      name,
      handler: 'http_request',
      config: { url: `${echoing.origin}${path}`, ...config },
      ...once,
    })
    const { result, said } = await runSteps(
      [echoing, other],
      [
        asking('as_json', '/json'),
        asking('as_text', '/text'),
        asking('as_body', '/text', { method: 'POST', body: 'user:${secrets.KEY}' }),
        asking('in_json', '/json', { method: 'POST', json: { deep: ['${secrets.KEY}'] } }),
        asking('failing', '/fails'),
        asking('extracted', '/json', { headers: HEADERS, extract: 'headers.authorization' }),
      ],
    )
    assert.is(result.steps['plan/as_json']?.state, 'complete')
    assert.is(result.steps['plan/extracted']?.result, 'Bearer ***')
    assert.is(result.steps['plan/failing']?.error?.code, 'http_status')
    assert.is(echoing.requests.length, 6)
    assert.match(echoing.requests[0]?.headers.authorization ?? '', SECRET)
    assertUntold(said)
  }),
)

test(
  'an expression over what an allowed server repeats takes nothing of it to pieces',
  withServers(async (echoing, other) => {
    const taking = (name: string, extract: string) => ({
      name,
      handler: 'http_request',
      config: { url: `${echoing.origin}/json`, headers: HEADERS, extract },
      ...once,
    })
    const { result, said } = await runSteps(
      [echoing, other],
      [
        taking('first', 'headers.authorization[7:17]'),
        taking('second', 'headers.authorization[17:]'),
        taking('backwards', 'reverse(headers.authorization)'),
        taking('letters', "split(headers.authorization, '')"),
        taking('bent', "replace(headers.authorization, 'hunter', 'hxuxnxtxexr')"),
        taking('keys', 'keys(@)'),
      ],
    )
    assert.is(result.steps['plan/first']?.result, '***')
    assert.is(result.steps['plan/backwards']?.result, '*** reraeB')
    assertUntold(said)
    for (const piece of [
      SECRET.slice(0, 8),
      SECRET.slice(-8),
      [...SECRET].reverse().join('').slice(0, 8),
      'hxuxnxtxexr2',
    ]) {
      assert.not.match(said, JSON.stringify(piece).slice(1, -1))
    }
  }),
)

test(
  'no redirect carries it to another host, not even in the address that the server made of it',
  withServers(async (echoing, other) => {
    const step = (name: string, config: JsonObject) => ({ name, handler: 'http_request', config, ...once })
    const { result, said } = await runSteps(
      [echoing, other],
      [
        step('redirected', { url: `${echoing.origin}/away`, headers: HEADERS }),
        step('sent_on', { url: `${echoing.origin}/away/307`, method: 'POST', json: { key: '${secrets.KEY}' } }),
        step('sent_there', { url: `${other.origin}/`, headers: HEADERS }),
      ],
    )
    for (const name of ['redirected', 'sent_on', 'sent_there']) {
      assert.is(result.steps[`plan/${name}`]?.error?.code, 'secret_not_allowed')
    }
    assert.equal(other.requests, [])
    assertUntold(said)
  }),
)

test(
  'a receiver of notifications, a mail server and a database repeat nothing',
  withServers(async (echoing, other) => {
    const mail = await startMailServer({ refuseLogin: true })
    const password = encodeURIComponent(SECRET)
    const connections: Connections = {
      warehouse: {
        url: async () => `postgres://ada:${password}@127.0.0.1:1/shop`,
        tables: { t: { operations: ['insert'], columns: ['a'] } },
      },
      mail: {
        url: async () => `smtp://ada:${password}@127.0.0.1:${mail.port}`,
        mail: { from: 'a@example.org', recipients: ['@example.org'] },
      },
    }
    const steps = [
      {
        name: 'hook',
        config: {
          webhook: { url: `${echoing.origin}/fails`, secret: '${secrets.KEY}', headers: { 'x-key': '${secrets.KEY}' } },
        },
      },
      { name: 'away', config: { webhook: { url: `${echoing.origin}/away`, secret: '${secrets.KEY}' } } },
      { name: 'post', config: { email: { connection: 'mail', to: ['b@example.org'], subject: 's' } } },
    ].map((step) => ({ ...step, handler: 'notify', ...once }))
    const rows = { connection: 'warehouse', table: 't', operation: 'insert', rows: { a: 1 } }
    const { result, said } = await runSteps(
      [echoing, other],
      [...steps, { name: 'save', handler: 'persist', config: rows, ...once }],
      connections,
      mail.port,
    )
    const codes = ['hook', 'away', 'post', 'save'].map((name) => result.steps[`plan/${name}`]?.error?.code)
    assert.equal(codes, ['http_status', 'http_status', 'mail_login_refused', 'database_unreachable'])
    assert.equal(other.requests, [])
    assertUntold(said)
    await mail.close()
  }),
)

test(
  'a handler that is careless with it keeps nothing of it: no result, error, checkpoint or item',
  withServers(async (echoing) => {
    const ends = ['returns', 'throws', 'fails', 'yields']
    const steps = ends.map((does) => ({
      name: does,
      handler: 'careless',
      config: { key: '${secrets.KEY}', does },
      ...once,
    }))
    const { result, said } = await runSteps(
      [echoing],
      [
        ...steps,
        {
          name: 'each',
          handler: 'fan_out',
          config: { items: [1], handler: 'careless', handler_config: { key: '${secrets.KEY}', does: 'fails' } },
          ...once,
        },
      ],
    )
    assert.match(JSON.stringify(result.steps['plan/returns']?.result), /^\{"key":"\*\*\*","again":"dXNlcj.\*\*\*/)
    assert.is(result.steps['plan/fails']?.error?.code, 'bad_***')
    assert.is(result.steps['plan/yields']?.state, 'complete')
    assert.is(result.steps['plan/each[0]']?.state, 'error')
    assertUntold(said)
  }),
)

test.run()
