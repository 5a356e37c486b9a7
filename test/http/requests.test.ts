import { connect } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { depthOf } from '../../src/http/body.js'
import { MAX_BODY_BYTES, MAX_BODY_DEPTH } from '../../src/http/limits.js'
import { Rates } from '../../src/http/rate.js'
import { defineHandler } from '../../src/main.js'
import { type Served, served as servedWith } from './served.js'

const greet = defineHandler({ name: 'greet', run: () => 'hello' })
const served = (use: (served: Served) => Promise<void>) => servedWith(use, { handlers: [greet], serves: 'none' })

const TEMPLATE = { name: 'wait', version: '1.0.0', steps: [{ name: 'first', handler: { callable: 'greet' } }] }

/** More than any socket holds by itself: a server that took this much was never going to stop. */
const NEVER_TAKEN_BYTES = 256 * 1024 * 1024

/** The beginning of the answer to a body without an end, by a caller who waits where the server does not read on. */
const answerToEndless = (address: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port, pathname } = new URL(address)
    const socket = connect(Number(port), hostname)
    const block = Buffer.from(`10000\r\n${' '.repeat(0x10000)}\r\n`)
    const write = (): void => {
      while (socket.writable && socket.write(block)) {
        if (socket.bytesWritten > NEVER_TAKEN_BYTES) return void socket.destroy(new Error('the server reads on and on'))
      }
    }
    socket.on('drain', write)
    socket.once('data', (answer) => {
      socket.destroy()
      resolve(answer.toString('latin1'))
    })
    socket.once('error', reject)
    socket.write(
      `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
    )
    write()
  })

test('an unknown key of a body is refused with its path', () =>
  served(async ({ send }) => {
    const answer = await send('POST', '/api/v1/tasks', { definition: TEMPLATE, template: undefined, inptu: {} })
    assert.is(answer.status, 400)
    assert.is(answer.body.code, 'invalid_body')
    assert.is(answer.body.errors[0].path, 'inptu')
    assert.match(answer.body.errors[0].message, 'unknown key')
    const nested = await send('POST', '/api/v1/tasks', { template: { name: 'a', verison: '1' } })
    assert.is(nested.body.errors[0].path, 'template.verison')
  }))

test('an unknown key of a query, and a value that is none, are refused with their paths', () =>
  served(async ({ get }) => {
    const unknown = await get('/api/v1/tasks/find?filter=open=true&limt=3')
    assert.equal([unknown.status, unknown.body.code, unknown.body.errors[0].path], [400, 'invalid_query', 'limt'])
    const none = await get('/api/v1/tasks/find?filter=open=true&limit=many')
    assert.equal([none.status, none.body.errors[0].path], [400, 'limit'])
    assert.is((await get('/api/v1/catalog?page=2')).body.code, 'invalid_query')
  }))

test('a body that is no JSON, of another type, too large or too deep, is refused for that', () =>
  served(async ({ send, url }) => {
    assert.is((await send('POST', '/api/v1/tasks', '{"a":')).body.code, 'invalid_json')
    const html = await send('POST', '/api/v1/tasks', '<a/>', { 'content-type': 'text/html' })
    assert.equal([html.status, html.body.code], [415, 'unsupported_media_type'])
    const deep = await send('POST', '/api/v1/tasks', '['.repeat(100_000))
    assert.equal([deep.status, deep.body.code], [400, 'body_too_deep'])
    const large = await fetch(`${url}/api/v1/tasks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ input: 'x'.repeat(MAX_BODY_BYTES) }),
    })
    assert.is(large.status, 413)
    assert.match(await answerToEndless(`${url}/api/v1/tasks`), /^HTTP\/1\.1 413 /)
  }))

test('how deep a text is nested is counted outside of its strings', () => {
  assert.is(depthOf('{"a": [1, {"b": "[[[[\\"[["}]}'), 3)
  assert.is(depthOf('"no [ depth"'), 0)
  assert.ok(MAX_BODY_DEPTH >= 64)
})

test('what is read by polling has an ETag, and is answered with 304 while nothing changes', () =>
  served(async ({ get, send }) => {
    const { body } = await send('POST', '/api/v1/tasks', { definition: { ...TEMPLATE, name: 'polled' } })
    const at = `/api/v1/tasks/${body.task}`
    for (const path of [at, `${at}/graph`]) {
      const first = await get(path)
      const etag = first.headers.get('etag') ?? ''
      assert.is((await get(path, { 'if-none-match': etag })).status, 304)
      assert.is((await get(path, { 'if-none-match': `W/${etag}, "other"` })).status, 304)
      assert.is((await get(path, { 'if-none-match': '"other"' })).status, 200)
      await send('POST', `/api/v1/tasks/${body.task}/priority`, { priority: path.length })
      assert.is((await get(path, { 'if-none-match': etag })).status, 200, 'the task has changed')
    }
  }))

test('a task that does not exist, and an id that is none, are the same answer', () =>
  served(async ({ get, send }) => {
    for (const id of ['01900000-0000-7000-8000-000000000000', 'x', "'; drop table"]) {
      const answer = await get(`/api/v1/tasks/${encodeURIComponent(id)}`, { 'if-none-match': '*' })
      assert.equal([answer.status, answer.body.code], [404, 'task_unknown'])
    }
    assert.is((await send('POST', '/api/v1/tasks/x/cancel', {})).body.code, 'task_unknown')
  }))

test('who asks too often is told when to ask again; time gives it back', () => {
  let nowMs = 0
  const rates = new Rates({ now: () => nowMs }, { burst: 2, perSecond: 1 })
  assert.is(rates.take('ada'), undefined)
  assert.is(rates.take('ada'), undefined)
  assert.equal(rates.take('ada'), { waitSeconds: 1 })
  assert.is(rates.take('grace'), undefined, 'each has a rate of their own')
  nowMs = 1_000
  assert.is(rates.take('ada'), undefined)
  assert.equal(rates.take('ada'), { waitSeconds: 1 })
})

test('over HTTP that is a 429 with its time', () =>
  servedWith(
    async ({ get }) => {
      assert.is((await get('/api/v1/catalog')).status, 200)
      const refused = await get('/api/v1/catalog')
      assert.equal([refused.status, refused.body.code], [429, 'too_many_requests'])
      assert.is(refused.headers.get('retry-after'), '1000')
      assert.is((await get('/health')).status, 200, 'whoever asks whether the process lives is never sent away')
    },
    {},
    { rate: { burst: 1, perSecond: 0.001 } },
  ))

test('whoever calls from this machine may say their name for the log, and not a name that is none', () =>
  served(async ({ send, get }) => {
    const { body } = await send('POST', '/api/v1/tasks', { definition: TEMPLATE }, { 'tasker-actor': 'Gr%C3%A1ce' })
    const { body: events } = await get(`/api/v1/tasks/${body.task}/events`)
    assert.equal(events.items[0].metadata.actor, { kind: 'person', id: 'Gráce', authenticated: false })
    const bad = await send('POST', '/api/v1/tasks', { definition: TEMPLATE }, { 'tasker-actor': '%00' })
    assert.equal([bad.status, bad.body.code], [400, 'invalid_actor'])
  }))

test.run()
