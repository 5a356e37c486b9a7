import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { loadConfig } from '../../../src/cli/config/config.js'
import type { AccessRules } from '../../../src/ports/access.js'
import { withFolder } from '../../support/temporary-folder.js'

/** The rules, or what is wrong with them. */
const access = async (
  auth: unknown,
): Promise<{ readonly rules?: AccessRules; readonly faults: ReadonlyArray<string> }> => {
  const found: { rules?: AccessRules; faults: string[] } = { faults: [] }
  await withFolder(async (cwd) => {
    writeFileSync(join(cwd, 'tasker.yaml'), JSON.stringify({ auth }))
    const defaults = { plannerModel: 'some-model', actor: 'tester' }
    const loaded = loadConfig({ flags: {}, environment: {}, cwd, defaults })
    if (E.isRight(loaded)) found.rules = loaded.right.access
    else found.faults = loaded.left.details.map(({ path, message }) => `${path}: ${message}`)
  })
  return found
}

const JWT = {
  issuer: 'https://id.example',
  audience: 'tasker',
  jwks_url: 'https://id.example/keys',
  permissions_claim: 'scope',
}

test('where nothing is said nobody has to prove anything, unless something stands before the server', async () => {
  assert.equal((await access({})).rules, { required: false })
  assert.equal((await access({ required: true })).rules, { required: true })
  const behind = await access({ public_url: 'https://Tasker.example.org/' })
  assert.equal(behind.rules, { required: true, publicUrl: 'https://tasker.example.org' })
  assert.is((await access({ public_url: 'https://t.example', required: false })).rules?.required, false)
})

test('an issuer is believed by asymmetric algorithms, the common ones where none are named', async () => {
  const { rules } = await access({ jwt: JWT })
  assert.equal(rules?.jwt?.algorithms, ['RS256', 'ES256', 'EdDSA'])
  assert.equal([rules?.jwt?.keys, rules?.jwt?.actorClaim], [{ url: JWT.jwks_url }, 'sub'])
  for (const algorithm of ['none', 'HS256', 'HS512', 'RSA1_5', 'rs256', '']) {
    const { faults } = await access({ jwt: { ...JWT, algorithms: ['RS256', algorithm] } })
    assert.match(faults.join(), /auth\.jwt\.algorithms/, algorithm)
  }
  assert.is((await access({ jwt: { ...JWT, algorithms: [] } })).faults.length, 1)
})

test('what would let in more, or nobody, by a slip is refused', async () => {
  const { jwks_url: _, ...nowhere } = JWT
  const { permissions_claim: __, ...silent } = JWT
  const refused: ReadonlyArray<readonly [unknown, RegExp]> = [
    [{ requierd: true }, /auth\.requierd: unknown key/],
    [{ required: 'yes' }, /auth\.required/],
    [{ public_url: 'tasker.example.org' }, /auth\.public_url/],
    [{ public_url: 'https://example.org/tasker' }, /without a path/],
    [{ jwt: nowhere }, /either jwks_url or jwks_file/],
    [{ jwt: { ...JWT, jwks_file: 'keys.json' } }, /either jwks_url or jwks_file/],
    [{ jwt: { ...JWT, jwks_url: 'http://id.example/keys' } }, /https/],
    [{ jwt: { ...JWT, jwks_url: 'file:///etc/passwd' } }, /https/],
    [{ jwt: silent }, /what a token permits/],
    [{ jwt: { ...silent, permissions: { a: ['tasks:read'] } } }, /groups_claim/],
    [{ jwt: { ...JWT, groups_claim: 'g', permissions: { a: ['tasks:raed'] } } }, /permissions\.a: must be a list/],
    [{ jwt: { ...JWT, issuer: '' } }, /issuer/],
  ]
  for (const [auth, fault] of refused) {
    const { faults } = await access(auth)
    assert.match(faults.join('\n'), fault, JSON.stringify(auth))
  }
  assert.equal((await access({ jwt: { ...JWT, jwks_url: 'http://127.0.0.1:9/keys' } })).faults, [])
})

test.run()
