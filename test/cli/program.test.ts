import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
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
      assert.match(well.stdout, 'Nothing stands in the way.')
      assert.not.ok(existsSync(join(cwd, '.tasker')), 'nothing embedded was made')
    } finally {
      await database.drop()
    }
  }))

test('templates are registered once, for every process, and tasks are asked for', () =>
  withFolder(async (cwd) => {
    const database = await freshDatabase()
    const environment = { DATABASE_URL: database.url, REDIS_URL: testRedis().url }
    const handler = 'handler: { callable: catalog:transform, initialization: { expression: "@" } }'
    const template = (version: string, more = ''): void =>
      writeFileSync(
        join(cwd, 'echo.yaml'),
        `name: echo\nversion: ${version}\nsteps:\n  - name: say\n    ${handler}\n${more}`,
      )
    try {
      assert.is((await tasker(cwd, 'migrate', environment)).exit, 0)
      template('1.9.0')
      assert.match(
        (await tasker(cwd, 'template register echo.yaml --as ada', environment)).stdout,
        'registered default/echo@1.9.0',
      )
      template('1.10.0')
      assert.is((await tasker(cwd, 'template register echo.yaml', environment)).exit, 0)
      template('1.10.0', 'description: another\n')
      const other = await tasker(cwd, 'template register echo.yaml --json', environment)
      assert.equal([other.exit, JSON.parse(other.stdout).error.code], [1, 'template_version_exists'])
      assert.is((await tasker(cwd, 'template diff echo echo.yaml', environment)).stdout, '+ description: "another"\n')
      assert.match((await tasker(cwd, 'template show echo', environment)).stdout, 'version: 1.10.0')
      assert.match((await tasker(cwd, 'template list echo', environment)).stdout, /1\.9\.0 .* ada /)
      assert.equal(JSON.parse((await tasker(cwd, 'task list --json', environment)).stdout), { tasks: [], more: false })
      const unknown = await tasker(cwd, 'why 01890000-0000-7000-8000-000000000000 --json', environment)
      assert.equal([unknown.exit, JSON.parse(unknown.stdout).error.code], [2, 'task_unknown'])
      const away = { ...environment, DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' }
      assert.is((await tasker(cwd, 'dlq list', away)).exit, 4)
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
