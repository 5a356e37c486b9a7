import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createKeys } from '../../../src/engine/keys.js'
import { openAccess } from '../../../src/http/auth/access.js'
import { createMemoryLog } from '../../../src/log/memory-log.js'
import type { AccessRules } from '../../../src/ports/access.js'
import { silentLogger } from '../../../src/ports/logger.js'
import { systemClock } from '../../../src/system-clock.js'
import { guarded } from './guarded.js'
import { claims, openIssuer } from './issuer.js'

const test = suite('who may come in')

/** A page that asks for a permission, and shows no task. */
const PAGE = '/metrics'
const REQUIRED: AccessRules = { required: true }

const opening = async (host: string, rules: AccessRules, withKey: 'a key' | 'an expired key' | 'no key') => {
  const store = createMemoryLog(systemClock)
  const keys = createKeys({ store, clock: systemClock })
  if (withKey === 'a key') await keys.create({ name: 'ci', scopes: ['*'] }, { actor: 'ada' })
  if (withKey === 'an expired key') {
    const { key } = await keys.create({ name: 'ci', scopes: ['*'] }, { actor: 'ada' })
    await keys.revoke(key.id, { actor: 'ada' })
  }
  const needs = { keys, store, clock: systemClock, logger: silentLogger, actor: 'me' }
  return openAccess({ ...needs, host, rules }).then(
    () => 'opened',
    (error: unknown) => String(Reflect.get(Object(error), 'code')),
  )
}

test('beyond this machine nothing is served to nobody: without a key or an issuer the server does not start', async () => {
  const open: AccessRules = { required: false }
  for (const host of ['0.0.0.0', '::', '192.168.1.5', 'tasker.example.org', '127.0.0.1.example.org', '']) {
    assert.is(await opening(host, open, 'no key'), 'auth_not_configured', host)
    assert.is(await opening(host, open, 'an expired key'), 'auth_not_configured', host)
    assert.is(await opening(host, open, 'a key'), 'opened', host)
  }
  for (const host of ['127.0.0.1', '127.8.8.8', 'localhost', '::1']) {
    assert.is(await opening(host, open, 'no key'), 'opened', host)
    assert.is(await opening(host, REQUIRED, 'no key'), 'auth_not_configured', host)
  }
})

test(
  'on this machine whoever says nothing may do all, and has proved nothing',
  guarded(async ({ ask }) => {
    assert.is((await ask(PAGE)).status, 200)
  }),
)

test(
  'beyond this machine a caller of this machine proves who they are like any other',
  guarded(
    async ({ ask, key }) => {
      assert.equal([(await ask(PAGE)).status, (await ask(PAGE)).code], [401, 'not_authenticated'])
      assert.is((await ask(PAGE)).headers['www-authenticate'], 'Bearer realm="tasker"')
      assert.is((await ask(PAGE, { as: await key('ci', ['metrics:read']) })).status, 200)
      assert.is((await ask('/health')).status, 200)
    },
    { host: '0.0.0.0', withKey: true },
  ),
)

test(
  'what stands between a caller and this machine opens nothing: neither by saying so nor by what it claims',
  guarded(async ({ ask }) => {
    for (const name of ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']) {
      for (const value of ['127.0.0.1', 'for=127.0.0.1', '203.0.113.9']) {
        assert.is((await ask(PAGE, { headers: { [name]: value } })).code, 'not_authenticated', name)
      }
    }
  }),
)

test(
  'a claimed address of this machine is believed by nobody',
  guarded(
    async ({ ask }) => {
      const headers = { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1', forwarded: 'for=127.0.0.1' }
      assert.is((await ask(PAGE, { headers })).status, 401)
    },
    { rules: REQUIRED, withKey: true },
  ),
)

test(
  'a key opens what its scopes say and nothing else, until it is revoked',
  guarded(async ({ ask, key, tasker }) => {
    const [right, wrong] = [await key('right', ['metrics:read']), await key('wrong', ['tasks:*', 'gates:vote'])]
    assert.is((await ask(PAGE, { as: right })).status, 200)
    assert.equal([(await ask(PAGE, { as: wrong })).status, (await ask(PAGE, { as: wrong })).code], [403, 'forbidden'])
    await tasker.keys.revoke('right', { actor: 'test' })
    assert.is((await ask(PAGE, { as: right })).code, 'key_revoked')
  }),
)

test(
  'a wrong credential lets nobody in, also where none would have been asked for',
  guarded(async ({ ask, key }) => {
    const right = await key('ci', ['*'])
    assert.is((await ask(PAGE, { as: `${right.slice(0, -1)}?` })).code, 'key_unknown')
    assert.is((await ask(PAGE, { as: 'a.b.c' })).code, 'tokens_unknown')
    for (const authorization of ['', 'Basic YTpi', right, `Bearer ${right} ${right}`, 'Bearer']) {
      assert.is((await ask(PAGE, { headers: { authorization } })).status, 401, authorization)
    }
    assert.is((await ask(PAGE, { headers: { authorization: `bearer ${right}` } })).status, 200)
  }),
)

test('a token of the configured issuer opens what its groups mean', async () => {
  const issuer = await openIssuer({ permissions: { watchers: ['metrics:read'] } })
  const rules = { required: true, jwt: issuer.rules }
  try {
    await guarded(
      async ({ ask }) => {
        const now = Date.now()
        const asked = async (more: Readonly<Record<string, unknown>>) =>
          (await ask(PAGE, { as: await issuer.sign(claims(now, more)) })).status
        assert.is(await asked({ groups: ['watchers'] }), 200)
        assert.is(await asked({ groups: ['others'] }), 403)
        assert.is(await asked({ groups: ['watchers'], aud: 'another' }), 401)
        assert.is(await asked({ groups: ['watchers'], exp: Math.floor(now / 1_000) - 60 }), 401)
      },
      { rules },
    )()
  } finally {
    await issuer.close()
  }
})

test(
  'an address from which too many wrong keys come is held up, but not those whose keys were right',
  guarded(
    async ({ ask, key }) => {
      const [known, fresh] = [await key('known', ['metrics:read']), await key('fresh', ['metrics:read'])]
      assert.is((await ask(PAGE, { as: known })).status, 200)
      const answers = new Set<number>()
      for (let n = 0; n < 40; n += 1) answers.add((await ask(PAGE, { as: `tsk_wrong${n}` })).status)
      assert.equal([...answers], [401, 429])
      const held = await ask(PAGE, { as: fresh })
      assert.is(held.code, 'too_many_attempts')
      assert.ok(Number(held.headers['retry-after']) >= 1)
      assert.is((await ask(PAGE, { as: known })).status, 200)
    },
    { rules: REQUIRED, withKey: true },
  ),
)

test.run()
