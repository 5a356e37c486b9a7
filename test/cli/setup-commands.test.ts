import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { configCommand } from '../../src/cli/commands/config.js'
import { doctorCommand } from '../../src/cli/commands/doctor.js'
import { migrateCommand } from '../../src/cli/commands/migrate.js'
import { EXIT } from '../../src/cli/exit-code.js'
import { withFolder } from '../support/temporary-folder.js'
import { HEALTHY, type Pretended, pretend } from './pretended-system.js'
import type { Spoken } from './spoken.js'

const COMMANDS = [configCommand, doctorCommand, migrateCommand]
const say = (argv: string, pretended?: Pretended): Promise<Spoken> => pretend(COMMANDS, argv.split(' '), pretended)

interface Diagnosis {
  readonly healthy: boolean
  readonly checks: ReadonlyArray<{ name: string; state: string; message: string; code?: string; remedy?: string }>
}

const doctor = async (pretended: Pretended): Promise<{ exit: number; codes: string[]; diagnosis: Diagnosis }> => {
  const { exit, stdout } = await say('doctor --json', pretended)
  const diagnosis: Diagnosis = JSON.parse(stdout)
  for (const check of diagnosis.checks) {
    assert.is(check.remedy === undefined, check.state === 'good', `${check.name}: a remedy where one is needed`)
  }
  return { exit, diagnosis, codes: diagnosis.checks.flatMap(({ code }) => code ?? []) }
}

const SERVERS = {
  DATABASE_URL: 'postgres://ada:hunter2@db.internal:5432/tasker?sslmode=require',
  REDIS_URL: 'redis://:hunter2@queue.internal:6379/1',
  ANTHROPIC_API_KEY: 'hunter2',
}

test('config shows every value and where it came from, and no password', async () => {
  const { exit, stdout } = await say('config --port 8080', { environment: SERVERS })
  assert.is(exit, EXIT.complete)
  assert.match(stdout, /database_url +postgres:\/\/ada:\*\*\*@db\.internal:5432\/tasker\?sslmode=require +DATABASE_URL/)
  assert.match(stdout, /redis_url +redis:\/\/:\*\*\*@queue\.internal:6379\/1 +REDIS_URL/)
  assert.match(stdout, /port +8080 +--port/)
  assert.match(stdout, /namespace +default +default/)
  assert.not.match(stdout, 'hunter2')
  const json = await say('config --json', { environment: SERVERS })
  assert.not.match(json.stdout, 'hunter2')
  assert.equal(JSON.parse(json.stdout).port, { value: 7300, source: 'default' })
})

test('migrate says what it applied, and leaves the database', async () => {
  const opened: string[] = []
  const openDatabase: Pretended['openDatabase'] = async (config, _, as) => {
    opened.push(`open ${config.databaseUrl} ${as}`)
    return { url: 'the url', embedded: false, close: async () => void opened.push('close') }
  }
  const migrate = async () => ({ from: 0, to: 2, applied: ['0001_event_log', '0002_append'] })
  const { exit, stdout } = await say('migrate --database-url postgres://h/d', { openDatabase, migrate })
  assert.is(exit, EXIT.complete)
  assert.match(stdout, 'applied 0001_event_log')
  assert.match(stdout, 'The database is at version 2 now; it was at 0.')
  assert.equal(opened, ['open postgres://h/d it is', 'close'])
  const again = await say('migrate --json', { openDatabase, migrate: async () => ({ from: 2, to: 2, applied: [] }) })
  assert.equal(JSON.parse(again.stdout), { from: 2, to: 2, applied: [] })
})

test('a healthy set-up is called so', async () => {
  const { exit, diagnosis } = await doctor({ environment: SERVERS })
  assert.is(exit, EXIT.complete)
  assert.ok(diagnosis.healthy)
  assert.equal(
    diagnosis.checks.filter(({ state }) => state !== 'good'),
    [],
  )
  assert.not.match(JSON.stringify(diagnosis), 'hunter2')
  const bare = await say('doctor')
  assert.is(bare.exit, EXIT.complete)
  assert.match(bare.stdout, 'Nothing stands in the way. Look at what is marked with !', 'there is no planner')
})

test('doctor refuses a transaction pooler, an old server and an older or newer schema', async () => {
  const given = (change: Partial<typeof HEALTHY>) =>
    doctor({ environment: SERVERS, probes: { database: async () => ({ ...HEALTHY, ...change }) } })
  const cases: ReadonlyArray<readonly [Partial<typeof HEALTHY>, string]> = [
    [{ pooling: 'transaction' }, 'transaction_pooler'],
    [{ version: 130_011 }, 'postgres_too_old'],
    [{ schema: { here: 1, known: 2 } }, 'database_older'],
    [{ schema: { here: 3, known: 2 } }, 'database_newer'],
  ]
  for (const [change, code] of cases) {
    const { exit, codes } = await given(change)
    assert.is(exit, EXIT.failed)
    assert.equal(codes, [code])
  }
  const powerless = { schema: { here: 0, known: 2 }, mayMigrate: false, mayQueue: false }
  assert.equal((await given(powerless)).codes, ['database_older', 'migration_forbidden'])
  const { REDIS_URL: _, ...withoutRedis } = SERVERS
  const queued = await doctor({
    environment: withoutRedis,
    probes: { database: async () => ({ ...HEALTHY, mayQueue: false }) },
  })
  assert.equal(queued.codes, ['queue_refused'])
  const careless = await given({ fsync: false })
  assert.is(careless.exit, EXIT.complete)
  assert.is(careless.diagnosis.checks.filter(({ state }) => state === 'advice').length, 1)
  const early = (await given({ clockAheadMs: -7_400 })).diagnosis.checks.filter(({ name }) => name === 'clock')
  assert.equal(
    early.map(({ state }) => state),
    ['advice'],
  )
  assert.match(early[0]?.message ?? '', "7.4 s behind this machine's")
  assert.equal((await given({ clockAheadMs: 1_500 })).diagnosis.checks, (await given({})).diagnosis.checks)
})

test('what cannot be reached ends with exit code 4', async () => {
  const trouble = { code: 'database_unreachable', message: 'no answer', remedy: 'start it' }
  const gone = async () => ({ reachable: false as const, trouble })
  const database = await doctor({ environment: SERVERS, probes: { database: gone } })
  assert.equal([database.exit, ...database.codes], [EXIT.unreachable, 'database_unreachable'])
  const redis = await doctor({ environment: SERVERS, probes: { redis: gone } })
  assert.is(redis.exit, EXIT.unreachable)
})

test('doctor refuses a Redis that evicts or is too old, and advises where it forgets', async () => {
  const given = (version: string, maxmemoryPolicy: string | undefined, appendOnly: boolean) =>
    doctor({
      environment: SERVERS,
      probes: { redis: async () => ({ reachable: true, version, maxmemoryPolicy, appendOnly }) },
    })
  assert.equal((await given('7.0.0', 'allkeys-lru', true)).codes, ['redis_evicts'])
  assert.equal((await given('6.0.16', 'noeviction', true)).codes, ['redis_too_old'])
  for (const advised of [await given('7.4.1', undefined, true), await given('7.4.1', 'noeviction', false)]) {
    assert.is(advised.exit, EXIT.complete)
    assert.is(advised.diagnosis.checks.filter(({ state }) => state === 'advice').length, 1)
  }
})

test('doctor finds a bad configuration, secrets that are not there, and files that others can read', () =>
  withFolder(async (cwd) => {
    writeFileSync(join(cwd, 'tasker.yaml'), 'prot: 1\n')
    const broken = await doctor({ cwd })
    assert.equal([broken.exit, ...broken.codes], [EXIT.failed, 'config_invalid'])
    assert.match(JSON.stringify(broken.diagnosis), 'tasker.yaml:1:1: prot: unknown key')

    writeFileSync(
      join(cwd, 'tasker.yaml'),
      'secrets: { A: { env: NOT_SET, hosts: [] }, B: { file: b.txt, hosts: [] } }\n',
    )
    const missing = await doctor({ cwd, environment: SERVERS })
    assert.equal(missing.codes, ['secret_missing', 'secret_missing'])

    writeFileSync(join(cwd, 'tasker.yaml'), 'database_url: postgres://ada:hunter2@db/tasker\n')
    chmodSync(join(cwd, 'tasker.yaml'), 0o644)
    const open = await doctor({ cwd })
    assert.match(JSON.stringify(open.diagnosis), 'chmod 600 tasker.yaml')
    chmodSync(join(cwd, 'tasker.yaml'), 0o600)
    assert.not.match(JSON.stringify((await doctor({ cwd })).diagnosis), 'chmod')
  }))

test('doctor says which figures are out of bounds, and that they cannot be read', async () => {
  const late = { code: 'timers_late', message: 'what is due (retry) has been late for 5 minutes', remedy: 'start one' }
  const found = await doctor({ environment: SERVERS, probes: { figures: async () => [late] } })
  assert.is(found.exit, EXIT.complete)
  assert.match(JSON.stringify(found.diagnosis), 'late for 5 minutes')
  const figures = () => Promise.reject(new Error('no such table'))
  assert.match(JSON.stringify((await doctor({ environment: SERVERS, probes: { figures } })).diagnosis), 'no such table')
  const misfits = async () => ['alerts.yaml: there is no metric tasker_x']
  const unfit = await doctor({ environment: SERVERS, probes: { misfits } })
  assert.equal([unfit.exit, ...unfit.codes], [EXIT.failed, 'metrics_misfit'])
})

test('doctor asks no figures of a database that is away, or of an embedded one that stands still', async () => {
  const figures = () => Promise.reject(new Error('asked'))
  const trouble = { code: 'database_unreachable', message: 'no answer', remedy: 'start it' }
  const database = async () => ({ reachable: false as const, trouble })
  const gone = await doctor({ environment: SERVERS, probes: { database, figures } })
  const absent = await doctor({ probes: { figures } })
  for (const { diagnosis } of [gone, absent]) assert.not.match(JSON.stringify(diagnosis), 'asked')
})

test('doctor tells where the embedded Postgres stands and whether it can be used', () =>
  withFolder(async (cwd) => {
    mkdirSync(join(cwd, '.tasker'))
    const asked: string[] = []
    const running = await doctor({
      cwd,
      probes: {
        embedded: async (folder) => {
          asked.push(folder)
          return { state: 'running', data: '/var/lib/x/data', version: '18', port: 4711 }
        },
      },
    })
    assert.equal(asked, [join(cwd, '.tasker/postgres')])
    assert.match(JSON.stringify(running.diagnosis), 'runs on port 4711; data in /var/lib/x/data')
    const trouble = { code: 'embedded_permission', message: 'not yours', remedy: 'be somebody else' }
    const unusable = await doctor({ cwd, probes: { embedded: async () => ({ state: 'unusable', trouble }) } })
    assert.equal([unusable.exit, ...unusable.codes], [EXIT.failed, 'embedded_permission'])
  }))

test.run()
