import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { exportSPKI, importJWK } from 'jose'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createTokens, type Tokens } from '../../../src/http/auth/token.js'
import type { TokenRules } from '../../../src/ports/access.js'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.js'
import { withFolder } from '../../support/temporary-folder.js'
import { type Claims, claims, type Issuer, openIssuer, signingKey } from './issuer.js'

const test = suite('tokens')

interface Bench {
  readonly issuer: Issuer
  readonly clock: FakeClock
  readonly tokens: Tokens
  claims(more?: Claims): Claims
  /** What becomes of a token. */
  fate(token: string): Promise<string>
}

const bench =
  (body: (bench: Bench) => Promise<void>, rules: Partial<TokenRules> = {}) =>
  async (): Promise<void> => {
    const issuer = await openIssuer(rules)
    const clock = createFakeClock()
    const tokens = createTokens(issuer.rules, clock)
    const fate = async (token: string): Promise<string> => {
      const checked = await tokens.check(token)
      return E.isLeft(checked) ? checked.left : 'let in'
    }
    try {
      await body({ issuer, clock, tokens, fate, claims: (more) => claims(clock.now(), more) })
    } finally {
      await issuer.close()
    }
  }

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

test(
  'a token of the issuer is whoever it says, with what its scopes and groups mean here',
  bench(async ({ issuer, tokens, claims }) => {
    const said = claims({ scope: 'openid gates:vote *:read', groups: ['operators', 'approvers', 'constructor'] })
    const checked = await tokens.check(await issuer.sign(said))
    assert.ok(E.isRight(checked))
    const { actor, via, grants, namespaces, groups } = checked.right
    assert.equal([actor, via, namespaces], ['ada', 'jwt:https://issuer.example#ada', null])
    assert.equal([...grants].sort(), ['*:read', 'gates:vote', 'tasks:*'])
    assert.equal(groups, ['operators', 'approvers', 'constructor'])
  }),
)

test(
  'who acts may be another claim; a claim of namespaces that is not there means none',
  bench(
    async ({ issuer, tokens, fate, claims }) => {
      const checked = await tokens.check(
        await issuer.sign(claims({ email: 'ada@example.org', spaces: ['billing', '*', 'a,b', 'Upper'] })),
      )
      assert.equal(E.isRight(checked) && [checked.right.actor, checked.right.namespaces], [
        'ada@example.org',
        ['billing'],
      ])
      const without = await tokens.check(await issuer.sign(claims({ email: 'a@b' })))
      assert.equal(E.isRight(without) && without.right.namespaces, [])
      for (const email of [undefined, '', ' ', 'a\nb', 'x'.repeat(201), 7, ['ada']]) {
        assert.is(await fate(await issuer.sign(claims({ email }))), 'token_invalid')
      }
    },
    { actorClaim: 'email', namespacesClaim: 'spaces' },
  ),
)

test(
  'a token that is not signed, or signed by a secret, gets nobody in',
  bench(async ({ issuer, fate, claims }) => {
    assert.is(await fate(`${part({ alg: 'none' })}.${part(claims())}.`), 'token_invalid')
    assert.is(await fate(`${part({ alg: 'none', kid: 'first' })}.${part(claims())}.AAAA`), 'token_invalid')
    const key = await importJWK(issuer.key.jwk, 'ES256', { extractable: true })
    assert.ok(!(key instanceof Uint8Array))
    // The public key, which everybody has, taken for a shared secret.
    const secrets = [await exportSPKI(key), JSON.stringify(issuer.key.jwk), 'tasker', '']
    for (const secret of secrets) {
      for (const [alg, hash] of [
        ['HS256', 'sha256'],
        ['HS512', 'sha512'],
      ] as const) {
        const signed = `${part({ alg, kid: 'first' })}.${part(claims())}`
        const signature = createHmac(hash, secret).update(signed).digest('base64url')
        assert.is(await fate(`${signed}.${signature}`), 'token_invalid', alg)
      }
    }
  }),
)

test(
  'a secret among the published keys signs nothing',
  bench(async ({ issuer, fate, claims }) => {
    const secret = 'a'.repeat(43)
    issuer.publish([{ kty: 'oct', k: secret, kid: 'shared', alg: 'HS256' }, issuer.key.jwk])
    const signed = `${part({ alg: 'HS256', kid: 'shared' })}.${part(claims())}`
    const signature = createHmac('sha256', Buffer.from(secret, 'base64url')).update(signed).digest('base64url')
    assert.is(await fate(`${signed}.${signature}`), 'token_invalid')
    assert.is(await fate(await issuer.sign(claims())), 'let in')
  }),
)

test(
  'only the algorithms of the configuration count, and a key signs by its own alone',
  bench(async ({ issuer, clock, fate, claims }) => {
    const [rsa, other, pinned] = [
      await signingKey('rsa', 'RS256'),
      await signingKey('es384', 'ES384'),
      await signingKey('rs512', 'RS512'),
    ]
    issuer.publish([issuer.key.jwk, rsa.jwk, other.jwk, pinned.jwk])
    assert.is(await fate(await issuer.sign(claims(), rsa)), 'let in')
    assert.is(await fate(await issuer.sign(claims(), other)), 'token_invalid')
    assert.is(await fate(await issuer.sign(claims(), pinned)), 'token_invalid')
    // An RSA key that is named in a header of another algorithm.
    const [, payload, signature] = (await issuer.sign(claims(), rsa)).split('.')
    assert.is(await fate(`${part({ alg: 'ES256', kid: 'rsa' })}.${payload}.${signature}`), 'token_invalid')
    await clock.pass(1)
  }),
)

test(
  'a token for somebody else, of somebody else, or of another time is refused',
  bench(async ({ issuer, clock, fate, claims }) => {
    const now = Math.floor(clock.now() / 1_000)
    const refused: ReadonlyArray<readonly [string, Claims]> = [
      ['issuer', { iss: 'https://other.example' }],
      ['no issuer', { iss: undefined }],
      ['audience', { aud: 'another' }],
      ['no audience', { aud: undefined }],
      ['not yet', { nbf: now + 60 }],
      ['no end', { exp: undefined }],
      ['no subject', { sub: undefined }],
      ['no name', { sub: '' }],
    ]
    for (const [why, more] of refused) assert.is(await fate(await issuer.sign(claims(more))), 'token_invalid', why)
    assert.is(await fate(await issuer.sign(claims({ exp: now - 31 }))), 'token_expired')
    assert.is(await fate(await issuer.sign(claims({ exp: now - 29 }))), 'let in')
    assert.is(await fate(await issuer.sign(claims({ aud: ['another', 'tasker'] }))), 'let in')
    const token = await issuer.sign(claims())
    await clock.pass(631_000)
    assert.is(await fate(token), 'token_expired')
  }),
)

test(
  'a token that was changed, or is none, is refused and breaks nothing',
  bench(async ({ issuer, fate, claims }) => {
    const [head = '', , signature = ''] = (await issuer.sign(claims())).split('.')
    assert.is(await fate(`${head}.${part(claims({ sub: 'root' }))}.${signature}`), 'token_invalid')
    const odd = [
      '',
      '.',
      '..',
      'a.b.c',
      '💥.💥.💥',
      `${head}..${signature}`,
      `${head}.${part([])}.${signature}`,
      'x'.repeat(5_000),
    ]
    for (const token of odd) assert.is(await fate(token), 'token_invalid', token)
  }),
)

test(
  'a key that a token brings along, or points to, is never looked at',
  bench(async ({ issuer, fate, claims }) => {
    let visits = 0
    const forger = await signingKey('forged')
    const elsewhere = createServer((_, response) => {
      visits += 1
      response.end(JSON.stringify({ keys: [forger.jwk] }))
    })
    elsewhere.listen(0, '127.0.0.1')
    await once(elsewhere, 'listening')
    const { port } = elsewhere.address() as AddressInfo
    const there = `http://127.0.0.1:${port}/keys`
    try {
      for (const header of [{ jku: there }, { x5u: there }, { jwk: forger.jwk }, { jku: there, kid: 'first' }]) {
        assert.is(await fate(await issuer.sign(claims(), forger, header)), 'token_invalid')
      }
      const crit = await issuer.sign(claims(), forger, { kid: 'first' })
      assert.is(await fate(crit), 'token_invalid')
      assert.is(visits, 0)
    } finally {
      elsewhere.close()
    }
  }),
)

test(
  'keys are read once and kept; an unknown key id has them read anew, once in every cool-down',
  bench(async ({ issuer, clock, fate, claims }) => {
    for (let n = 0; n < 5; n += 1) assert.is(await fate(await issuer.sign(claims())), 'let in')
    assert.is(issuer.reads(), 1)
    const next = await signingKey('second')
    issuer.publish([next.jwk])
    assert.is(await fate(await issuer.sign(claims(), next)), 'token_invalid')
    assert.is(issuer.reads(), 1, 'they were read a moment ago')
    await clock.pass(30_000)
    assert.is(await fate(await issuer.sign(claims(), next)), 'let in')
    assert.is(issuer.reads(), 2)
    const made = await signingKey('made up')
    for (let n = 0; n < 20; n += 1) assert.is(await fate(await issuer.sign(claims(), made)), 'token_invalid')
    assert.is(issuer.reads(), 2)
    assert.is(await fate(await issuer.sign(claims())), 'token_invalid', 'what is published no more is believed no more')
  }),
)

test(
  'keys that cannot be read are a fault of theirs and not of the token, and are not asked for at every request',
  bench(async ({ issuer, clock, fate, claims }) => {
    issuer.breakDown(500)
    for (let n = 0; n < 5; n += 1) assert.is(await fate(await issuer.sign(claims())), 'jwks_unreadable')
    assert.is(issuer.reads(), 1)
    issuer.breakDown(200)
    await clock.pass(30_000)
    assert.is(await fate(await issuer.sign(claims())), 'let in')
    issuer.breakDown(503)
    await clock.pass(1_800_000)
    assert.is(await fate(await issuer.sign(claims())), 'let in', 'keys that are known stay for a while')
    await clock.pass(1_800_000)
    assert.is(await fate(await issuer.sign(claims())), 'jwks_unreadable')
  }),
)

test(
  'keys are read from where the operator said, and not from where that place sends us',
  bench(async ({ issuer, fate, claims }) => {
    issuer.breakDown(302, { location: issuer.url })
    assert.is(await fate(await issuer.sign(claims())), 'jwks_unreadable')
    assert.is(issuer.reads(), 1)
  }),
)

test('keys may stand in a file, which is read anew when a key id is not in it', () =>
  withFolder(async (folder) => {
    const file = join(folder, 'keys.json')
    const issuer = await openIssuer({ keys: { file } })
    const clock = createFakeClock()
    const tokens = createTokens(issuer.rules, clock)
    try {
      assert.equal(await tokens.check(await issuer.sign(claims(clock.now()))), E.left('jwks_unreadable'))
      await writeFile(file, JSON.stringify({ keys: [issuer.key.jwk] }))
      await clock.pass(30_000)
      assert.ok(E.isRight(await tokens.check(await issuer.sign(claims(clock.now())))))
      const next = await signingKey('next')
      await writeFile(file, JSON.stringify({ keys: [issuer.key.jwk, next.jwk] }))
      await clock.pass(30_000)
      assert.ok(E.isRight(await tokens.check(await issuer.sign(claims(clock.now()), next))))
      assert.is(issuer.reads(), 0)
    } finally {
      await issuer.close()
    }
  }))

test.run()
