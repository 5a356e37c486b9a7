/** The part of the contract that is about keys and logins. */
import { randomBytes } from 'node:crypto'
import type { Test } from 'uvu'
import * as assert from 'uvu/assert'
import type { StoredKey, StoredLogin } from '../../src/ports/access.js'
import type { WithLog } from './contract.js'

const NOW = Date.UTC(2026, 0, 1)

const key = (more: Partial<StoredKey> = {}): StoredKey => ({
  id: randomBytes(8).toString('hex'),
  name: `k-${randomBytes(8).toString('hex')}`,
  digest: randomBytes(32).toString('hex'),
  scopes: ['tasks:read', 'gates:*'],
  namespaces: ['billing'],
  createdAt: NOW,
  createdBy: 'ada',
  createdVia: 'key:0123456789abcdef',
  expiresAt: NOW + 1,
  lastUsedAt: null,
  revokedAt: null,
  revokedBy: null,
  revokedVia: null,
  revokeReason: null,
  ...more,
})

const login = (more: Partial<StoredLogin> = {}): StoredLogin => ({
  digest: randomBytes(32).toString('hex'),
  actor: 'ada',
  via: 'jwt:https://issuer#ada',
  keyId: null,
  scopes: ['*'],
  namespaces: null,
  groups: ['approvers'],
  createdAt: NOW,
  expiresAt: NOW + 1_000,
  ...more,
})

export const accessContract = (test: Test, withLog: WithLog): void => {
  test(
    'a key stands as it was made, and its name is free again once it is revoked',
    withLog(async ({ log, other }) => {
      const one = key()
      const next = key({ name: one.name, namespaces: null, expiresAt: null, createdAt: NOW + 1 })
      assert.ok(await log.addKey(one))
      assert.not.ok(await other.addKey(next))
      assert.not.ok(await other.addKey(key({ id: one.id })))
      assert.equal(await other.findKey(one.id), one)
      assert.is(await other.findKey('0000000000000000'), undefined)
      assert.ok(
        await other.revokeKey(one.id, { at: NOW, by: 'bob', via: 'jwt:https://id.example#bob', reason: 'lost' }),
      )
      assert.ok(await log.addKey(next))
      assert.equal(
        (await other.listKeys(1_000)).filter(({ name }) => name === one.name),
        [
          next,
          { ...one, revokedAt: NOW, revokedBy: 'bob', revokedVia: 'jwt:https://id.example#bob', revokeReason: 'lost' },
        ],
      )
    }),
  )

  test(
    'a key is revoked once, and what was revoked is used no more',
    withLog(async ({ log, other }) => {
      const one = key()
      await log.addKey(one)
      assert.ok(await log.revokeKey(one.id, { at: NOW, by: 'bob', via: null, reason: null }))
      assert.not.ok(await other.revokeKey(one.id, { at: NOW + 5, by: 'eve', via: null, reason: 'again' }))
      await other.keyUsed(one.id, NOW + 9, NOW + 9)
      const { revokedAt, revokedBy, lastUsedAt } = (await log.findKey(one.id)) ?? key()
      assert.equal([revokedAt, revokedBy, lastUsedAt], [NOW, 'bob', null])
    }),
  )

  test(
    'the time at which a key was used moves forward, and not for every use',
    withLog(async ({ log, other }) => {
      const one = key()
      await log.addKey(one)
      const used = async () => (await other.findKey(one.id))?.lastUsedAt
      await log.keyUsed(one.id, NOW + 10, NOW)
      assert.is(await used(), NOW + 10)
      await other.keyUsed(one.id, NOW + 15, NOW + 5)
      assert.is(await used(), NOW + 10)
      await other.keyUsed(one.id, NOW + 20, NOW + 10)
      assert.is(await used(), NOW + 20)
    }),
  )

  test(
    'a login is found by its digest until it is ended, or has expired and is swept away',
    withLog(async ({ log, other }) => {
      const opener = key()
      await log.addKey(opener)
      const [one, short] = [login({ keyId: opener.id, namespaces: ['a', 'b'], groups: [] }), login({ expiresAt: NOW })]
      await log.addLogin(one)
      await log.addLogin(short)
      assert.equal(await other.findLogin(one.digest), one)
      await other.dropLogins(NOW + 1)
      assert.is(await log.findLogin(short.digest), undefined)
      assert.equal(await log.findLogin(one.digest), one)
      await other.endLogin(one.digest)
      assert.is(await log.findLogin(one.digest), undefined)
    }),
  )
}
