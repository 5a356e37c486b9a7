/** What `tasker.yaml` says of webhooks is done by the very program: events are posted, signed, by whoever serves. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isSigned } from '../../src/main.js'
import { startServer } from '../catalog/http/local-server.js'
import { until } from '../support/until.js'
import { installed } from './installed.js'
import { program, start } from './program.js'

const test = suite('webhooks of the configuration')

const SECRET = 'between us'

const configuring = (port: number): string => `
port: 0
private_hosts: ["127.0.0.1:${port}"]
webhooks:
  - name: crm
    url: http://127.0.0.1:${port}/hook
    secret: { env: CRM_HOOK }
    types: [task-created]
    headers: { x-of: us }
`

test(
  'serve posts what a webhook wants to hear, signed, and what nobody took it tries again',
  installed([], async ({ cwd, environment, tasker }) => {
    let failures = 1
    const server = await startServer((_, response) => {
      failures -= 1
      response.writeHead(failures >= 0 ? 503 : 204, failures >= 0 ? { 'retry-after': '0' } : {}).end()
    })
    writeFileSync(join(cwd, 'tasker.yaml'), configuring(server.port))
    const without = await program(cwd, ['serve'], environment)
    assert.is(without.exit, 2)
    assert.match(without.stderr, 'webhook_without_secret')
    assert.match(without.stderr, 'CRM_HOOK is not set')
    const serve = start(cwd, ['serve'], { ...environment, CRM_HOOK: SECRET })
    await serve.says('sweeping')
    const gate = { callable: 'catalog:gate', initialization: { question: 'May it?' } }
    const steps = [{ name: 'review', type: 'gate', handler: gate }]
    const template = { name: 'asked', namespace_name: 'default', version: '1.0.0', steps }
    const task = await tasker.tasks.create(await tasker.template(template), {})
    await until('it was posted twice', () => server.requests.length === 2)
    for (const [index, { body, headers }] of server.requests.entries()) {
      const signature = String(headers['tasker-signature'])
      assert.ok(isSigned({ signature, body, secret: SECRET, nowMs: Date.now() }))
      assert.equal([JSON.parse(body).type, JSON.parse(body).task], ['task-created', task.id])
      assert.equal([headers['x-of'], headers['tasker-attempt']], ['us', `${index + 1}`])
    }
    const [status] = await tasker.subscriptions.list()
    assert.equal([status?.name, status?.order, status?.members], ['crm', 'task', 1])
    const shown = await program(cwd, ['config'], { ...environment, CRM_HOOK: SECRET })
    assert.match(shown.stdout, 'environment variable CRM_HOOK')
    assert.not.match(shown.stdout, SECRET)
    serve.child.kill('SIGTERM')
    assert.is((await serve.ended).exit, 0)
    assert.not.match((await serve.ended).stderr, SECRET)
    await server.close()
  }),
)

test.run()
