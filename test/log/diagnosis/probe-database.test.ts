import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type DatabaseState, probeDatabase } from '../../../src/log/diagnosis/probe-database.js'
import { migrate } from '../../../src/log/schema.js'
import { freshDatabase, serverUrl } from '../../support/postgres.js'
import { startPooler } from './transaction-pooler.js'

const withDatabase = async (work: (url: string) => Promise<void>): Promise<void> => {
  const database = await freshDatabase()
  try {
    await work(database.url)
  } finally {
    await database.drop()
  }
}

const reached = (state: DatabaseState): Extract<DatabaseState, { reachable: true }> => {
  if (!state.reachable) throw new Error(state.trouble.message)
  return state
}

const pooled = async (url: string, size: number, mode: 'session' | 'transaction'): Promise<string> => {
  const pooler = await startPooler(url, size, mode)
  try {
    return reached(await probeDatabase(pooler.url)).pooling
  } finally {
    await pooler.close()
  }
}

test('a direct connection is told apart, with version, durability and schema', () =>
  withDatabase(async (url) => {
    const before = reached(await probeDatabase(url))
    assert.is(before.pooling, 'session')
    assert.ok(before.version >= 140_000)
    assert.ok(before.synchronousCommit)
    assert.is(before.schema.here, 0)
    assert.ok(before.mayMigrate)
    assert.is(before.clockAheadMs, 0, 'it is this machine’s own')
    await migrate(url)
    const after = reached(await probeDatabase(url))
    assert.is(after.schema.here, after.schema.known)
    assert.is(after.schema.known, before.schema.known)
    assert.equal([before.activeKeys, after.activeKeys], [undefined, 0])
  }))

test('a pooler that gives every transaction another connection is caught out, one by session is not', () =>
  withDatabase(async (url) => {
    assert.is(await pooled(url, 8, 'transaction'), 'transaction')
    assert.is(await pooled(url, 8, 'session'), 'session')
  }))

test('a transaction pooler with a single connection is caught out too', () =>
  withDatabase(async (url) => {
    assert.is(await pooled(url, 1, 'transaction'), 'transaction')
  }))

test('why a database cannot be used is said without its password', async () => {
  const trouble = async (change: (url: URL) => void): Promise<{ code: string; message: string; remedy: string }> => {
    const url = new URL(serverUrl())
    change(url)
    const state = await probeDatabase(url.href)
    if (state.reachable) throw new Error('it was reached')
    assert.not.match(state.trouble.message, url.password === '' ? /\0/ : url.password)
    return state.trouble
  }
  const gone = await trouble((url) => {
    url.host = '127.0.0.1:1'
  })
  assert.is(gone.code, 'database_unreachable')
  assert.match(gone.message, '127.0.0.1:1')
  const missing = await trouble((url) => {
    url.pathname = '/no_such_database'
  })
  assert.is(missing.code, 'database_missing')
  assert.match(missing.remedy, 'createdb no_such_database')
  const unknown = await trouble((url) => {
    url.hostname = 'no-such-host.invalid'
  })
  assert.is(unknown.code, 'database_unreachable')
})

test.run()
