import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { packageRoot } from '../../src/package-root.js'
import { freshDatabase } from '../support/postgres.js'
import { testRedis } from '../support/redis.js'
import { withFolder } from '../support/temporary-folder.js'
import type { Spoken } from './spoken.js'

/** The program itself, in a process of its own. */
const tasker = async (
  cwd: string,
  argv: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Spoken> => {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [join(packageRoot, 'dist/src/bin.js'), ...argv.split(' ')], {
    cwd,
    env: { PATH, ...environment },
  })
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      printed[name] += chunk
    })
  }
  const [exit] = await once(child, 'close')
  return { exit, ...printed }
}

test('on a database of its own it migrates once, and doctor finds nothing wrong', () =>
  withFolder(async (cwd) => {
    const database = await freshDatabase()
    const environment = { DATABASE_URL: database.url, REDIS_URL: testRedis().url }
    try {
      const sick = await tasker(cwd, 'doctor --json', environment)
      assert.is(sick.exit, 1)
      assert.match(sick.stdout, 'database_older')
      const first = await tasker(cwd, 'migrate --json', environment)
      assert.is(first.exit, 0, first.stderr)
      const { from, to, applied } = JSON.parse(first.stdout)
      assert.is(from, 0)
      assert.is(to, applied.length)
      assert.equal(JSON.parse((await tasker(cwd, 'migrate --json', environment)).stdout), { from: to, to, applied: [] })
      const well = await tasker(cwd, 'doctor', environment)
      assert.is(well.exit, 0, well.stdout)
      assert.match(well.stdout, 'All is well.')
      assert.not.ok(existsSync(join(cwd, '.tasker')), 'nothing embedded was made')
    } finally {
      await database.drop()
    }
  }))

test('without DATABASE_URL it makes the embedded Postgres, migrates it by itself and stops it again', () =>
  withFolder(async (cwd) => {
    assert.match((await tasker(cwd, 'doctor')).stdout, 'the first command that needs it makes it')
    const migrated = await tasker(cwd, 'migrate')
    assert.is(migrated.exit, 0, migrated.stderr)
    const [embedded] = JSON.parse((await tasker(cwd, 'doctor --json')).stdout).checks.filter(
      ({ name }: { name: string }) => name === 'database',
    )
    assert.is(embedded.state, 'good')
    assert.match(embedded.message, 'stopped')
  }))

test('what cannot be reached is exit code 4, and one JSON value with --json', () =>
  withFolder(async (cwd) => {
    const environment = { DATABASE_URL: 'postgres://nobody:hunter2@127.0.0.1:1/none' }
    const { exit, stdout, stderr } = await tasker(cwd, 'migrate --json', environment)
    assert.is(exit, 4)
    assert.is(JSON.parse(stdout).error.code, 'database_unreachable')
    assert.not.match(stdout + stderr, 'hunter2')
    assert.not.match(stderr, '    at ')
    assert.is((await tasker(cwd, 'doctor', environment)).exit, 4)
    assert.is((await tasker(cwd, 'doctor', { REDIS_URL: 'redis://127.0.0.1:1' })).exit, 4)
  }))

test('bad usage is exit code 2', () =>
  withFolder(async (cwd) => {
    const { exit, stderr } = await tasker(cwd, 'docter')
    assert.is(exit, 2)
    assert.match(stderr, 'did you mean doctor?')
  }))

test.run()
