import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { COMMANDS } from '../../src/cli/command-table.js'
import type { IssuerReport } from '../../src/cli/system.js'
import { withFolder } from '../support/temporary-folder.js'
import { HEALTHY, pretend } from './pretended-system.js'

interface Given {
  readonly host?: string
  readonly auth?: unknown
  readonly activeKeys?: number
  readonly issuer?: IssuerReport
}

/** What `doctor` says of access and tokens: the state, and the code of a fault. */
const doctor = async ({ host = '127.0.0.1', auth = {}, activeKeys, issuer }: Given) => {
  const found: string[] = []
  await withFolder(async (cwd) => {
    writeFileSync(join(cwd, 'tasker.yaml'), JSON.stringify({ auth, host }))
    const { stdout } = await pretend(COMMANDS, ['doctor', '--json'], {
      cwd,
      environment: { DATABASE_URL: 'postgres://h/d' },
      probes: {
        database: async () => ({ ...HEALTHY, ...(activeKeys === undefined ? {} : { activeKeys }) }),
        issuer: async () => issuer ?? { readable: true, keys: 2 },
      },
    })
    for (const { name, state, code } of JSON.parse(stdout).checks) {
      if (['access', 'tokens'].includes(name)) found.push([name, state, code].filter(Boolean).join(' '))
    }
  })
  return found
}

const jwt = {
  issuer: 'https://id.example',
  audience: 'tasker',
  jwks_url: 'https://id.example/k',
  permissions_claim: 's',
}

test('doctor says whether anybody could come in', async () => {
  assert.equal(await doctor({ activeKeys: 0 }), ['access good'])
  assert.equal(await doctor({ host: '0.0.0.0', activeKeys: 0 }), ['access bad auth_not_configured'])
  assert.equal(await doctor({ auth: { required: true }, activeKeys: 0 }), ['access bad auth_not_configured'])
  assert.equal(await doctor({ host: '0.0.0.0', activeKeys: 1 }), ['access good'])
  assert.equal(await doctor({ host: '0.0.0.0' }), ['access advice'])
})

test('doctor says whether tokens can be verified', async () => {
  assert.equal(await doctor({ host: '0.0.0.0', activeKeys: 0, auth: { jwt } }), ['access good', 'tokens good'])
  const unreadable = { readable: false, message: 'it answered 404' } as const
  assert.equal(await doctor({ auth: { jwt }, issuer: unreadable }), ['access good', 'tokens bad jwks_unreadable'])
})

test.run()
