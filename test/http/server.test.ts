import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { taskerMetrics } from '../../src/main.js'
import { packageRoot } from '../../src/package-root.js'
import { openWeb } from '../../src/web.js'
import { served } from './served.js'

test('a process says that it lives and that it can work', () =>
  served(async ({ get }) => {
    const health = await get('/health')
    assert.is(health.status, 200)
    assert.is(health.body.status, 'ok')
    assert.equal((await get('/ready')).body, { status: 'ready', log: true })
  }))

test('a process that counts shows its metrics', () =>
  served(
    async ({ get }) => {
      const page = await get('/metrics')
      assert.is(page.status, 200)
      assert.match(page.headers.get('content-type') ?? '', /^text\/plain/)
      assert.match(page.text, /^tasker_sessions 1$/m)
    },
    { metrics: taskerMetrics() },
  ))

test('a path that nobody serves is a problem with a code', () =>
  served(async ({ get }) => {
    const answer = await get('/nowhere')
    assert.is(answer.status, 404)
    assert.is(answer.headers.get('content-type'), 'application/problem+json')
    const { body: problem } = answer
    assert.is(problem.code, 'not_found')
    assert.is(problem.request_id, answer.headers.get('x-request-id'))
  }))

test('a method that a path does not take is told with those that it takes', () =>
  served(async ({ send }) => {
    const answer = await send('DELETE', '/health')
    assert.is(answer.status, 405)
    assert.is(answer.headers.get('allow'), 'GET')
    assert.is(answer.body.code, 'method_not_allowed')
  }))

test('a port that is in use is refused by name, with what to do', () =>
  served(async ({ url, tasker }) => {
    const port = Number(new URL(url).port)
    const refused = await openWeb(tasker, { host: '127.0.0.1', port }).then(
      () => undefined,
      (error: unknown) => error,
    )
    assert.is(Reflect.get(Object(refused), 'code'), 'port_in_use')
    assert.match(String(Reflect.get(Object(refused), 'remedy')), '--port')
  }))

test('what the package gives under a name of its own is there', async () => {
  const { exports } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'))
  for (const name of ['./client', './http']) {
    for (const file of Object.values<string>(exports[name])) assert.ok(existsSync(join(packageRoot, file)), file)
  }
})

test.run()
