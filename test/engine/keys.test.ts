import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createKeys, isKeyText, type NewKey, sha256 } from '../../src/engine/keys.js'
import { TaskRefused } from '../../src/engine/tasks.js'
import { createMemoryLog } from '../../src/log/memory-log.js'
import { createFakeClock } from '../support/fake-clock.js'

const test = suite('API keys')

const BY = { actor: 'ada', reason: 'wanted' }
const DAY = 86_400_000

const open = () => {
  const clock = createFakeClock()
  const store = createMemoryLog(clock)
  return { clock, store, keys: createKeys({ store, clock }) }
}

const refusalOf = async (asked: Promise<unknown>): Promise<string> => {
  try {
    await asked
  } catch (error) {
    if (error instanceof TaskRefused) return error.code
    throw error
  }
  return 'none'
}

test('a key is 256 random bits with a prefix that is recognised, and only its digest is kept', async () => {
  const { store, keys } = open()
  const one = await keys.create({ name: 'ci', scopes: ['tasks:read'] }, BY)
  const two = await keys.create({ name: 'cd', scopes: ['tasks:read'] }, BY)
  assert.match(one.secret, /^tsk_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/)
  assert.ok(isKeyText(one.secret))
  assert.is(Buffer.from(one.secret.slice(21), 'base64url').length, 32)
  assert.is.not(one.secret, two.secret)
  const stored = await store.findKey(one.key.id)
  assert.is(stored?.digest, sha256(one.secret))
  assert.not.match(JSON.stringify([stored, one.key, await keys.list()]), one.secret.slice(21))
  assert.not.match(JSON.stringify(await keys.list()), sha256(one.secret))
})

test('a key is whose it is, and one that differs in any part is nobody’s', async () => {
  const { keys } = open()
  const { secret, key } = await keys.create({ name: 'ci', scopes: ['tasks:*'], namespaces: ['billing'] }, BY)
  const found = await keys.check(secret)
  assert.equal(E.isRight(found) && [found.right.id, found.right.scopes, found.right.namespaces], [
    key.id,
    ['tasks:*'],
    ['billing'],
  ])
  const other = secret.endsWith('A') ? 'E' : 'A'
  const wrong = [`${secret.slice(0, -1)}${other}`, `tsk_0000000000000000${secret.slice(20)}`, `${secret} `, 'tsk_', '']
  for (const one of wrong) assert.equal(await keys.check(one), E.left('key_unknown'), one)
})

test('a key ends with its time, and at once when it is revoked', async () => {
  const { clock, keys } = open()
  const expiring = await keys.create({ name: 'short', scopes: ['*'], expiresAt: clock.now() + DAY }, BY)
  const lost = await keys.create({ name: 'lost', scopes: ['*'] }, BY)
  assert.ok(E.isRight(await keys.check(expiring.secret)))
  await clock.pass(DAY)
  assert.equal(await keys.check(expiring.secret), E.left('key_expired'))
  assert.is((await keys.revoke('lost', { actor: 'bob', reason: 'in a log' })).state, 'revoked')
  assert.equal(await keys.check(lost.secret), E.left('key_revoked'))
  const listed = (await keys.list()).map(({ name, state, revokedBy }) => [name, state, revokedBy])
  assert.equal(listed.sort(), [
    ['lost', 'revoked', 'bob'],
    ['short', 'expired', null],
  ])
  assert.is(await refusalOf(keys.revoke('lost', BY)), 'key_unknown')
  assert.is(await refusalOf(keys.revoke(lost.key.id, BY)), 'key_unknown')
})

test('the last use of a key is noted to the minute', async () => {
  const { clock, keys } = open()
  const { secret } = await keys.create({ name: 'ci', scopes: ['*'] }, BY)
  const lastUse = async () => (await keys.list())[0]?.lastUsedAt
  const first = clock.now()
  await keys.check(`${secret.slice(0, -2)}__`)
  assert.is(await lastUse(), null)
  await keys.check(secret)
  assert.is(await lastUse(), first)
  await clock.pass(59_999)
  await keys.check(secret)
  assert.is(await lastUse(), first)
  await clock.pass(1)
  await keys.check(secret)
  assert.is(await lastUse(), first + 60_000)
})

test('a key that makes no sense is refused', async () => {
  const { clock, keys } = open()
  const refused = (more: Partial<NewKey>) => refusalOf(keys.create({ name: 'ci', scopes: ['*'], ...more }, BY))
  assert.is(await refused({ name: 'a key' }), 'invalid_key_name')
  assert.is(await refused({ name: '' }), 'invalid_key_name')
  assert.is(await refused({ scopes: [] }), 'invalid_scope')
  for (const scope of ['tasks', 'tasks:eat', 'task:read', '*:*', 'tasks:read:all', '']) {
    assert.is(await refused({ scopes: ['tasks:read', scope] }), 'invalid_scope', scope)
  }
  assert.is(await refused({ namespaces: [] }), 'invalid_namespace')
  assert.is(await refused({ namespaces: ['billing'], scopes: ['keys:admin', 'metrics:read'] }), 'invalid_scope')
  assert.is(await refused({ namespaces: ['*'] }), 'invalid_namespace')
  assert.is(await refused({ expiresAt: clock.now() }), 'invalid_expiry')
  assert.is(await refused({ expiresAt: Number.NaN }), 'invalid_expiry')
  assert.is(await refused({}), 'none')
  assert.is(await refused({}), 'key_exists')
})

test.run()
