import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { EXIT } from '../../src/cli/exit-code.js'
import { AUDIENCE, claims, NAME, openIssuer } from '../http/auth/issuer.js'
import { installed } from './installed.js'
import { program, start } from './program.js'

const test = suite('who may come in to what is served')

test(
  'beyond this machine nothing is served before somebody could prove who they are',
  installed([], async ({ cwd, environment }) => {
    for (const command of ['serve', 'dev']) {
      const refused = await program(cwd, [command, '--host', '0.0.0.0'], environment)
      assert.is(refused.exit, EXIT.usage, refused.stderr)
      assert.match(refused.stderr, 'auth_not_configured')
      assert.match(refused.stderr, 'tasker keys create')
      assert.not.match(refused.stderr, /\n\s+at /)
    }
    const made = await program(cwd, ['keys', 'create', 'ci', '--scope', '*:read'], environment)
    const serve = start(cwd, ['serve', '--host', '0.0.0.0'], environment)
    await serve.says('listening on')
    const port = new URL(/listening on (\S+)/.exec(serve.said())?.[1] ?? '').port
    const asked = (headers: Record<string, string>) =>
      fetch(`http://127.0.0.1:${port}/api/v1/catalog`, { headers }).then(({ status }) => status)
    assert.is(await asked({}), 401)
    assert.is(await asked({ authorization: `Bearer ${made.stdout.trim()}` }), 200)
    const revoked = await program(cwd, ['keys', 'revoke', 'ci', '--reason', 'in a log'], environment)
    assert.is(revoked.exit, EXIT.complete, revoked.stderr)
    assert.is(await asked({ authorization: `Bearer ${made.stdout.trim()}` }), 401)
    serve.child.kill('SIGTERM')
    assert.is((await serve.ended).exit, 0)
    assert.not.match(serve.said(), made.stdout.trim().slice(21))
  }),
)

test(
  'tokens of the issuer that tasker.yaml names are believed, from this machine nobody else',
  installed([], async ({ cwd, environment }) => {
    const issuer = await openIssuer()
    try {
      writeFileSync(join(cwd, 'keys.json'), JSON.stringify({ keys: [issuer.key.jwk] }))
      const jwt = {
        issuer: NAME,
        audience: AUDIENCE,
        jwks_file: 'keys.json',
        groups_claim: 'groups',
        permissions: { readers: ['catalog:read'] },
      }
      writeFileSync(join(cwd, 'tasker.yaml'), JSON.stringify({ auth: { required: true, jwt } }))
      const serve = start(cwd, ['serve'], environment)
      await serve.says('listening on')
      const [, url = ''] = /listening on (\S+)/.exec(serve.said()) ?? []
      const asked = (path: string, token?: string) =>
        fetch(
          `${url}/api/v1${path}`,
          token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
        ).then(({ status }) => status)
      const reader = await issuer.sign(claims(Date.now(), { groups: ['readers'] }))
      assert.is(await asked('/catalog'), 401)
      assert.is(await asked('/catalog', reader), 200)
      assert.is(await asked('/templates', reader), 403)
      assert.is(await asked('/catalog', await issuer.sign(claims(Date.now(), { aud: 'another' }))), 401)
      const diagnosis = await program(cwd, ['doctor'], environment)
      assert.match(diagnosis.stdout, 'of https://issuer.example, who has 1 public')
      serve.child.kill('SIGTERM')
      assert.is((await serve.ended).exit, 0)
    } finally {
      await issuer.close()
    }
  }),
)

test.run()
