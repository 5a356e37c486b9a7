import { once } from 'node:events'
import { get } from 'node:http'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { taskerMetrics } from '../../src/telemetry/metrics.js'
import { serveMetrics } from '../../src/telemetry/metrics-server.js'

const test = suite('a page of metrics by itself')

test('it shows the metrics and its health, and nothing else', async () => {
  const server = await serveMetrics(taskerMetrics(), { host: '127.0.0.1', port: 0 })
  const at = `http://127.0.0.1:${server.port}`
  const page = await fetch(`${at}/metrics`)
  assert.is(page.status, 200)
  assert.match(page.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
  assert.match(await page.text(), /^# HELP tasker_events_total /m)
  assert.is(await (await fetch(`${at}/health`)).text(), 'ok\n')
  assert.is((await fetch(`${at}/`)).status, 404)
  assert.is((await fetch(`${at}/metrics`, { method: 'POST' })).status, 405)
  await server.close()
})

test('a page of another site whose name was turned to this machine reads nothing', async () => {
  const server = await serveMetrics(taskerMetrics(), { host: '127.0.0.1', port: 0 })
  const asked = async (host: string): Promise<number | undefined> => {
    const [response] = await once(get({ port: server.port, path: '/metrics', headers: { host } }), 'response')
    response.resume()
    return response.statusCode
  }
  assert.is(await asked('evil.example'), 421)
  assert.is(await asked(`localhost:${server.port}`), 200)
  await server.close()
})

test('a port that is taken is refused', async () => {
  const server = await serveMetrics(taskerMetrics(), { host: '127.0.0.1', port: 0 })
  const error = await serveMetrics(taskerMetrics(), { host: '127.0.0.1', port: server.port }).catch((it) => it)
  assert.match(String(error), /EADDRINUSE/)
  await server.close()
})

test.run()
