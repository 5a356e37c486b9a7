import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { connectionsOf, secretsOf } from '../src/kept-values.js'
import { withFolder } from './support/temporary-folder.js'

test('a secret is read from the environment or from a file, with the hosts that it may be sent to', () =>
  withFolder(async (folder) => {
    writeFileSync(join(folder, 'token'), 'from a file\n')
    process.env.KEPT_VALUES_TEST = 'from the environment'
    const secret = secretsOf({
      secrets: {
        written: { file: join(folder, 'token'), hosts: ['api.example.com'] },
        set: { env: 'KEPT_VALUES_TEST', hosts: [] },
      },
    })
    assert.equal(await secret('written'), { value: 'from a file', hosts: ['api.example.com'] })
    assert.equal(await secret('set'), { value: 'from the environment', hosts: [] })
  }))

test('a secret that has no value here is like one that is not configured', () =>
  withFolder(async (folder) => {
    writeFileSync(join(folder, 'empty'), '\n')
    process.env.KEPT_VALUES_EMPTY = ''
    const secret = secretsOf({
      secrets: {
        unset: { env: 'KEPT_VALUES_UNSET', hosts: [] },
        empty: { env: 'KEPT_VALUES_EMPTY', hosts: [] },
        missing: { file: join(folder, 'nowhere'), hosts: [] },
        hollow: { file: join(folder, 'empty'), hosts: [] },
      },
    })
    for (const name of ['unset', 'empty', 'missing', 'hollow', 'other', 'constructor']) {
      assert.is(await secret(name), undefined, name)
    }
  }))

test('a connection reads its address each time, and says what it lacks without saying an address', async () => {
  process.env.KEPT_VALUES_URL = 'postgres://first'
  const connections = connectionsOf({ connections: { reports: { env: 'KEPT_VALUES_URL' } } })
  assert.is(await connections.reports?.url(), 'postgres://first')
  process.env.KEPT_VALUES_URL = 'postgres://second'
  assert.is(await connections.reports?.url(), 'postgres://second')
  delete process.env.KEPT_VALUES_URL
  try {
    await connections.reports?.url()
    assert.unreachable()
  } catch (error) {
    assert.match(String(error), 'KEPT_VALUES_URL is not set')
  }
})

test.run()
