import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Config, loadConfig } from '../../../src/cli/config/config.js'
import { CONFIG_KEYS } from '../../../src/cli/config/keys.js'
import { placeText, type UserError } from '../../../src/cli/user-error.js'
import { withFolder } from '../../support/temporary-folder.js'

interface Given {
  readonly flags?: Record<string, string[]>
  readonly environment?: Record<string, string>
  readonly file?: string
}

const load = async ({ flags = {}, environment = {}, file }: Given): Promise<E.Either<UserError, Config>> => {
  let loaded: E.Either<UserError, Config> | undefined
  await withFolder(async (cwd) => {
    if (file !== undefined) writeFileSync(join(cwd, 'tasker.yaml'), file)
    loaded = loadConfig({ flags, environment, cwd, defaults: { plannerModel: 'some-model', actor: 'tester' } })
  })
  if (loaded === undefined) throw new Error('nothing was loaded')
  return loaded
}

const valid = async (given: Given): Promise<Config> => {
  const loaded = await load(given)
  if (E.isLeft(loaded)) throw new Error(JSON.stringify(loaded.left.details))
  return loaded.right
}

const said = async (given: Given): Promise<ReadonlyArray<string>> => {
  const loaded = await load(given)
  if (E.isRight(loaded)) return []
  assert.is(loaded.left.code, 'config_invalid')
  assert.is(loaded.left.exitCode, 2)
  assert.ok(loaded.left.remedy)
  return loaded.left.details.map(({ place, path, message }) =>
    [place === undefined ? '' : placeText(place), path ?? '', message].join(' | '),
  )
}

test('without anything the documented defaults apply', async () => {
  const config = await valid({})
  assert.is(config.databaseUrl, undefined)
  assert.is(config.redisUrl, undefined)
  const { dataDir, namespace, handlers, plannerModel, actor, logLevel, host, port } = config
  assert.equal(
    { dataDir, namespace, handlers, plannerModel, actor, logLevel, host, port },
    {
      dataDir: '.tasker',
      namespace: 'default',
      handlers: [],
      plannerModel: 'some-model',
      actor: 'tester',
      logLevel: 'info',
      host: '127.0.0.1',
      port: 7300,
    },
  )
  for (const source of Object.values(config.sources)) assert.equal(source, { kind: 'default' })
})

test('a flag wins over the environment, the environment over the file, the file over the default', async () => {
  const file = 'host: filed\nport: 1\nactor: filed\n'
  const environment = { TASKER_HOST: 'environed', TASKER_PORT: '2' }
  const config = await valid({ file, environment, flags: { host: ['flagged'] } })
  assert.equal([config.host, config.port, config.actor], ['flagged', 2, 'filed'])
  assert.equal(config.sources.host, { kind: 'flag', place: { source: '--host' } })
  assert.equal(config.sources.port, { kind: 'environment', place: { source: 'TASKER_PORT' } })
  assert.equal(config.sources.actor, { kind: 'file', place: { source: 'tasker.yaml', line: 3, column: 1 } })
  assert.equal(config.sources.namespace, { kind: 'default' })
})

test('the key of a server is read from the environment alone', async () => {
  assert.is((await valid({ environment: { TASKER_API_KEY: 'tsk_x' } })).apiKey, 'tsk_x')
  assert.is((await valid({})).apiKey, undefined)
  assert.equal(await said({ file: 'api_key: tsk_x\n' }).then(([first = '']) => first.includes('api_key')), true)
  assert.equal(await said({ environment: { TASKER_APIKEY: 'tsk_x' } }), [
    'TASKER_APIKEY |  | unknown; did you mean TASKER_API_KEY?',
  ])
})

test('every key can be set in each of its three ways', async () => {
  const values: Record<string, string> = {
    database_url: 'postgres://db.internal/tasker',
    redis_url: 'redis://queue.internal',
    data_dir: 'kept',
    namespace: 'billing',
    handlers: './mine.js',
    planner_model: 'other-model',
    actor: 'ada',
    environment: 'production',
    log_level: 'warn',
    host: '0.0.0.0',
    port: '8080',
    metrics_port: '9464',
    server: 'https://tasker.example.org',
  }
  assert.equal(Object.keys(values).sort(), Object.keys(CONFIG_KEYS).sort())
  for (const key of Object.values(CONFIG_KEYS)) {
    const value = values[key.name] ?? ''
    const written = key.name === 'handlers' ? `[${value}]` : value
    const ways = [
      await valid({ flags: { [key.flag.slice(2)]: [value] } }),
      await valid({ environment: { [key.variable]: value } }),
      await valid({ file: `${key.name}: ${written}\n` }),
    ]
    const [first, ...others] = ways.map(({ sources, ...rest }) => ({ rest, kind: sources[key.name]?.kind }))
    for (const other of others) assert.equal(other.rest, first?.rest, key.name)
    assert.equal(
      [first, ...others].map((way) => way?.kind),
      ['flag', 'environment', 'file'],
    )
  }
  const several = await valid({ environment: { TASKER_HANDLERS: './a.js, ./b.js' } })
  assert.equal(several.handlers, ['./a.js', './b.js'])
})

test('what only the file can say is read whole', async () => {
  const config = await valid({
    file: `
secrets:
  API_TOKEN: { env: BILLING_TOKEN, hosts: [api.example.org, "api.example.org:8443"] }
  CERTIFICATE: { file: secrets/cert.pem, hosts: [] }
groups: { reviewers: [ada, grace] }
connections: { warehouse: { env: WAREHOUSE_URL } }
private_hosts: ["127.0.0.1:8080"]
limits:
  queues: { default: { concurrency: 10, rate: { max: 100, per_seconds: 1 } } }
  keys: { crm: { concurrency: 1 } }
prices: { my-model: { input: 3, output: 15, cache_read: 0.3, cache_write: 3.75, date: "2026-01-01", source: invoice } }
`,
  })
  assert.equal(config.secrets.API_TOKEN, { env: 'BILLING_TOKEN', hosts: ['api.example.org', 'api.example.org:8443'] })
  assert.equal(config.secrets.CERTIFICATE, { file: 'secrets/cert.pem', hosts: [] })
  assert.equal(config.groups, { reviewers: ['ada', 'grace'] })
  assert.equal(config.connections, { warehouse: { env: 'WAREHOUSE_URL' } })
  assert.equal(config.privateHosts, ['127.0.0.1:8080'])
  assert.equal(config.limits, {
    queues: { default: { concurrency: 10, rate: { max: 100, perSeconds: 1 } } },
    keys: { crm: { concurrency: 1 } },
  })
  assert.is(config.prices['my-model']?.cache_write, 3.75)
  assert.is(config.sources.secrets?.kind, 'file')
})

test('a connection says what may be done through it, in names that can be trusted', async () => {
  const orders = 'operations: [insert, upsert], columns: [id, total], key: [id]'
  const mail = 'from: tasker@example.org, recipients: ["@example.org"]'
  const config = await valid({
    file: `connections:\n  w: { env: W, tables: { shop.orders: { ${orders} } } }\n  m: { file: m, mail: { ${mail} } }\n`,
  })
  assert.equal(config.connections.w?.tables?.['shop.orders']?.key, ['id'])
  assert.equal(config.connections.m?.mail, { from: 'tasker@example.org', recipients: ['@example.org'] })
  const problems = async (table: string) =>
    (await said({ file: `connections: { w: { env: W, tables: { ${table} } } }` })).map((one) => one.split(' | ')[2])
  assert.equal(await problems('"a;b": { operations: [insert], columns: [id] }'), [
    'must be the name of a table, with its schema or without',
  ])
  assert.equal(await problems('a: { operations: [delete], columns: [id] }'), ['must have a key for upsert and delete'])
  assert.equal(await problems('a: { operations: [truncate], columns: [id] }'), [
    'must be a list of insert, upsert and delete',
  ])
  assert.equal(await problems('a: { operations: [insert], columns: ["id; --"] }'), [
    'must be a list of names of columns',
  ])
})

test('a bad value names its key, its place and what it must be, also where another value would win', async () => {
  const flagged = { host: ['x'], port: ['1'] }
  assert.equal(await said({ file: 'host: ""\nport: many\n', flags: flagged }), [
    'tasker.yaml:1:1 | host | must be text that is not empty',
    'tasker.yaml:2:1 | port | must be a whole number from 0 to 65535',
  ])
  assert.equal(await said({ environment: { TASKER_PORT: '65536', TASKER_LOG_LEVEL: 'loud' } }), [
    'TASKER_LOG_LEVEL | log_level | must be debug, info, warn or error',
    'TASKER_PORT | port | must be a whole number from 0 to 65535',
  ])
  assert.equal(await said({ flags: { 'database-url': ['mysql://x'] } }), [
    '--database-url | database_url | must be a URL that begins with postgres://',
  ])
  assert.equal((await said({ environment: { TASKER_NAMESPACE: 'Billing!' } })).length, 1)
})

test('an unknown key is refused, and so is a variable that is a slip away from one of ours', async () => {
  const [unknown = ''] = await said({ file: 'actor: ada\nprot: 80\n' })
  assert.match(unknown, 'tasker.yaml:2:1 | prot | unknown key')
  const [nested = ''] = await said({ file: 'secrets:\n  A:\n    env: B\n    hosts: []\n    host: x\n' })
  assert.match(nested, 'tasker.yaml:5:5 | secrets.A.host | unknown key')
  assert.equal(await said({ environment: { TASKER_NAMESPCE: 'x' } }), [
    'TASKER_NAMESPCE |  | unknown; did you mean TASKER_NAMESPACE?',
  ])
  assert.equal(await said({ environment: { TASKER_SERVICE_PORT_HTTP: '80', TASKER_ACTOR: '' } }), [])
})

test('a secret or connection is kept in exactly one place, and a private host is exact', async () => {
  assert.equal(await said({ file: 'secrets: { A: { env: B, file: c, hosts: [] } }' }), [
    'tasker.yaml:1:12 | secrets.A | must have either env or file',
  ])
  assert.equal((await said({ file: 'connections: { a: {} }' })).length, 1)
  assert.equal((await said({ file: 'secrets: { A: { env: B } }' })).length, 1)
  assert.equal((await said({ file: 'private_hosts: [127.0.0.1]' })).length, 1)
})

test('a limit of attempts states one thing at least, in whole numbers', async () => {
  assert.equal(await said({ file: 'limits: { queues: { default: {} }, keys: { crm: { concurrency: 0 } } }' }), [
    'tasker.yaml:1:51 | limits.keys.crm.concurrency | must be a whole number from 1 to 1000000',
    'tasker.yaml:1:21 | limits.queues.default | must state concurrency or rate',
  ])
  assert.equal((await said({ file: 'limits: { keys: { crm: { rate: { max: 5 } } } }' })).length, 1)
})

test('a file that is no YAML, or no keys with values, is refused with its place; an empty one is nothing', async () => {
  const [broken = ''] = await said({ file: 'host: [a\nport: 1\n' })
  assert.match(broken, /^tasker\.yaml:\d+:\d+/)
  assert.equal(await said({ file: '- a\n' }), ['tasker.yaml:1:1 |  | must be keys with values'])
  assert.equal(await said({ file: '' }), [])
  assert.equal(await said({ file: '# nothing yet\n' }), [])
})

test.run()
