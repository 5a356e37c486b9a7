/** What somebody sends who means harm, or whose program is broken: each is refused, and nothing else comes of it. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ROUTES } from '../../../src/http/route-table.js'
import { STEP } from '../route-scenes.js'
import { type Guarded, guarded } from './guarded.js'

const test = suite('attacks')

const NASTY = [
  '..',
  '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  '%ff%fe',
  '%E0%A4',
  '%25%30%30',
  '__proto__',
  'constructor',
  'x'.repeat(4_000),
  "'%20or%201=1--",
  '%5C',
  '%0d%0aset-cookie:a=b',
  '01890000-0000-7000-8000-000000000000',
  '💥',
]

test(
  'whatever stands where a name should, no route breaks',
  guarded(
    async ({ ask }) => {
      for (const { base, route } of ROUTES.filter(({ route }) => route.path.includes(':'))) {
        for (const nasty of NASTY) {
          const path =
            base +
            route.path.replace(
              /:\w+/g,
              encodeURI(decodeSafely(nasty)) === nasty ? nasty : nasty.replace('💥', '%F0%9F%92%A5'),
            )
          if (route.path.endsWith('/stream')) continue
          const answer = await ask(path, {
            method: route.method.toUpperCase(),
            ...(route.body === undefined ? {} : { json: {} }),
          })
          assert.ok(answer.status < 500, `${route.id} ${nasty.slice(0, 40)}: ${answer.status} ${answer.text}`)
          assert.is(answer.headers['set-cookie'], undefined, route.id)
        }
      }
    },
    { onDatabase: true },
  ),
)

const decodeSafely = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

test(
  'no name holds a NUL, wherever it stands',
  guarded(
    async ({ ask, key }) => {
      for (const path of ['/api/v1/schedules/a%00b', '/api/v1/tasks?search=%00', '/ui/templates/default/%00', '/%00']) {
        assert.is((await ask(path)).status, 400, path)
      }
      const as = await key('ada', ['*'])
      const bodies: ReadonlyArray<readonly [string, unknown]> = [
        ['/api/v1/tasks', { template: { name: 'a\0b' } }],
        ['/api/v1/tasks', { template: { name: 'a', namespace: '\0' } }],
        ['/api/v1/tasks', { definition: hello, input: { a: '\0' } }],
        ['/api/v1/tasks', { definition: hello, input: { '\0': 1 } }],
        ['/api/v1/tasks', { definition: hello, correlation: '\0' }],
        ['/api/v1/tasks', { definition: hello, input: { a: '\ud800' } }],
        ['/api/v1/tasks', { definition: { ...hello, description: 'a\0' } }],
        ['/api/v1/templates', { definition: { ...hello, description: 'a\0' } }],
        ['/api/v1/schedules', { name: 'a\0', cron: '@daily', template: { name: 'x' } }],
        ['/api/v1/tasks/bulk', { filter: 'id=\0', change: { kind: 'pause' } }],
        ['/api/v1/fragments/validate', { step: 'a', answer: '\0', definition: hello }],
      ]
      for (const [path, json] of bodies) {
        const answer = await ask(path, { json, as })
        assert.is(answer.code, 'invalid_text', `${path} ${JSON.stringify(json)}: ${answer.text}`)
      }
      for (const name of ['idempotency-key', 'last-event-id', 'if-none-match', 'tasker-actor']) {
        const answer = await ask('/api/v1/tasks', { headers: { [name]: '\u00ff%00"\'' } })
        assert.ok(answer.status < 500, `${name}: ${answer.status} ${answer.text}`)
      }
    },
    { onDatabase: true },
  ),
)

const hello = {
  name: 'hello',
  version: '1.0.0',
  steps: [{ ...STEP, handler: { callable: 'catalog:wait', initialization: { signal: 'go' } }, inputs: {} }],
}

test(
  'a key of an object that means something to the language means nothing here',
  guarded(async ({ ask, tasker }) => {
    const before = Object.keys(Object.prototype).length
    const polluting = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'
    const sent = async (path: string, text: string) => {
      const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }
      return ask(path, { method: 'POST', headers, raw: text })
    }
    const written = JSON.stringify({ definition: hello, input: '@' }).replace('"@"', polluting)
    const made = await sent('/api/v1/tasks', written)
    assert.is(made.status, 201, made.text)
    for (const text of [polluting, `{"definition":${polluting}}`, `{"template":${polluting}}`]) {
      const { code = 'none' } = await sent('/api/v1/tasks', text)
      assert.ok(['invalid_body', 'template_invalid'].includes(code), `${text}: ${code}`)
    }
    assert.is((await ask('/api/v1/tasks?__proto__=1')).code, 'invalid_query')
    assert.is((await ask('/api/v1/tasks?__proto__[a]=1&constructor=2')).code, 'invalid_query')
    assert.is(Reflect.get({}, 'polluted'), undefined)
    assert.is(Object.keys(Object.prototype).length, before)
    const steps = (await (await tasker.tasks.get(JSON.parse(made.text).task)).view()).steps
    assert.is(Object.hasOwn(steps, '__proto__'), false)
    for (const step of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const { status, code } = await ask(`/api/v1/tasks/${JSON.parse(made.text).task}/steps/${step}`)
      assert.equal([status, code], [404, 'step_unknown'], step)
    }
  }),
)

test(
  'a body is not read beyond its limit, however its length is told, nor deeper',
  guarded(async ({ ask }) => {
    const large = `"${'x'.repeat(4 * 1024 * 1024)}"`
    const type = { 'content-type': 'application/json' }
    const told = { ...type, 'content-length': String(large.length) }
    assert.is((await ask('/api/v1/tasks', { method: 'POST', headers: told, raw: large })).code, 'body_too_large')
    const chunked = { ...type, 'transfer-encoding': 'chunked' }
    assert.is((await ask('/api/v1/tasks', { method: 'POST', headers: chunked, raw: large })).code, 'body_too_large')
    const deep = '['.repeat(100_000)
    const length = { ...type, 'content-length': String(deep.length) }
    assert.is((await ask('/api/v1/tasks', { method: 'POST', headers: length, raw: deep })).code, 'body_too_deep')
    assert.is((await ask(`/api/v1/tasks?search=${'x'.repeat(9_000)}`)).code, 'invalid_query')
  }),
)

test(
  'a request whose end two readers would see in two places is one that nobody reads',
  guarded(async (server) => {
    const smuggled = 'GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n'
    const head = 'POST /api/v1/tasks HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'
    const ambiguous = [
      `${head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
      `${head}Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}${smuggled}`,
      `${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`,
      `${head}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`,
      `GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n`,
      `GET /health HTTP/1.1\r\n\r\n`,
    ]
    for (const request of ambiguous) {
      const answers = await spoken(server, request)
      assert.match(answers, /^HTTP\/1\.1 (?:400|421) /, request)
      assert.not.match(answers, /tasker_sessions/, request)
    }
    // A body that nobody asked for is no second request.
    const carried = `GET /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${smuggled.length}\r\nConnection: close\r\n\r\n${smuggled}`
    assert.not.match(await spoken(server, carried), /tasker_sessions/)
    // Where the request itself names another host, that counts no more than what its header says.
    const absolute = 'GET http://evil.example/metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n'
    assert.match(await spoken(server, absolute), /^HTTP\/1\.1 421 /)
  }),
)

/** What the server answers to these bytes, until it has no more to say. */
const spoken = async ({ port }: Guarded, bytes: string): Promise<string> => {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.end(bytes)
  await once(socket, 'close')
  return Buffer.concat(chunks).toString('utf8')
}

test(
  'what is long and strange takes no longer than what is short',
  guarded(async ({ ask }) => {
    const asked = [
      `/api/v1/tasks/find?filter=${encodeURIComponent('a'.repeat(1_990))}`,
      `/api/v1/tasks/find?filter=${encodeURIComponent(`template=${'*a'.repeat(900)}`)}`,
      `/api/v1/events?type=${'step-started,'.repeat(500)}`,
      `/login?next=/${'a/'.repeat(3_000)}!`,
    ]
    const headers: ReadonlyArray<Readonly<Record<string, string>>> = [
      { authorization: `Bearer${' '.repeat(8_000)}` },
      { 'if-none-match': `${'W/'.repeat(4_000)}"x"` },
      { 'content-type': `application/${'+'.repeat(8_000)}` },
      { cookie: `tasker_login=${'A'.repeat(8_000)}` },
      { 'tasker-actor': '%41'.repeat(2_500) },
      { authorization: `Bearer ${'a.'.repeat(4_000)}` },
      { 'last-event-id': '9'.repeat(8_000) },
    ]
    const started = performance.now()
    for (const path of asked) assert.ok((await ask(path)).status < 500, path)
    for (const one of headers) {
      const answer = await ask('/api/v1/catalog', { headers: one })
      assert.ok(answer.status < 500, JSON.stringify(one).slice(0, 60))
      const posted = await ask('/api/v1/tasks', { json: {}, headers: one })
      assert.ok(posted.status < 500, JSON.stringify(one).slice(0, 60))
    }
    assert.ok(performance.now() - started < 10_000, 'one of them was thought about for long')
  }),
)

test(
  'a stream asks for the same right as a page of events, and shows no more',
  guarded(
    async ({ ask, key, tasker }) => {
      const task = await tasker.tasks.create(await tasker.template({ ...hello, namespace_name: 'secret' }), {})
      const paths = ['/api/v1/events/stream', `/api/v1/tasks/${task.id}/stream`, '/ui/live']
      for (const path of paths) assert.is((await ask(path)).status, 401, path)
      const blind = await key('blind', ['tasks:*'])
      for (const path of paths.slice(0, 2)) assert.is((await ask(path, { as: blind })).status, 403, path)
      const kept = await key('kept', ['*'], ['default'])
      assert.is((await ask(paths[1] ?? '', { as: kept })).code, 'task_unknown')
      assert.is((await ask('/api/v1/events/stream?namespace=secret', { as: kept })).code, 'namespace_forbidden')
      const several = await key('several', ['*'], ['default', 'other'])
      assert.is((await ask('/api/v1/events/stream', { as: several })).code, 'namespace_required')
    },
    { rules: { required: true }, withKey: true },
  ),
)

test.run()
