import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { EXIT } from '../../src/cli/exit-code.js'
import { migrate } from '../../src/log/schema.js'
import { createTasker } from '../../src/main.js'
import { freshDatabase } from '../support/postgres.js'
import { testRedis } from '../support/redis.js'
import { withFolder } from '../support/temporary-folder.js'
import { program } from './program.js'

const test = suite('tasker task create')

const TEMPLATE = `
name: greeting
namespace_name: default
version: 1.0.0
input_schema:
  type: object
  properties: { name: { type: string } }
  additionalProperties: false
steps:
  - name: wait_a_moment
    handler: { callable: "catalog:wait", initialization: { seconds: 1 } }
`

interface Around {
  say(...argv: ReadonlyArray<string>): ReturnType<typeof program>
  readonly databaseUrl: string
}

const around = (body: (around: Around) => Promise<void>) => (): Promise<void> =>
  withFolder(async (cwd) => {
    const database = await freshDatabase()
    await migrate(database.url)
    await writeFile(join(cwd, 'greeting.yaml'), TEMPLATE)
    await writeFile(join(cwd, 'ada.json'), '{"name":"Ada"}')
    const environment = { DATABASE_URL: database.url, REDIS_URL: testRedis().url, TASKER_ACTOR: 'bob' }
    await body({ databaseUrl: database.url, say: (...argv) => program(cwd, argv, environment) })
    await database.drop()
  })

const LATER = '2099-01-31T09:00:00+01:00'

test(
  'a task of a file or of a registered template is created, is not followed, and waits for its time',
  around(async ({ say, databaseUrl }) => {
    const now = await say('task', 'create', 'greeting.yaml', '--input', 'ada.json', '--json')
    assert.is(now.exit, EXIT.complete, now.stderr)
    const { task, duplicate, run_at } = JSON.parse(now.stdout)
    assert.equal([duplicate, run_at], [false, null])
    assert.is((await say('template', 'register', 'greeting.yaml')).exit, EXIT.complete)
    const flags = ['--run-at', LATER, '--priority', '-5', '--idempotency-key', 'ada-1', '--as', 'eve']
    const later = await say('task', 'create', 'greeting', '--input', '{"name":"Ada"}', ...flags)
    assert.is(later.exit, EXIT.complete, later.stderr)
    const id = later.stdout.trim()
    const again = await say('task', 'create', 'greeting', '--input', '{"name":"Ada"}', ...flags)
    assert.is(again.stdout.trim(), id)
    assert.match(again.stderr, 'there is a task of that key already')

    const tasker = await createTasker({ databaseUrl })
    assert.is((await (await tasker.tasks.get(task)).result()).status, 'complete')
    const [created] = await tasker.log.readStream(`task-${id}`, 0)
    const { runAtMs, priority } = JSON.parse(created?.data ?? '{}')
    assert.equal([runAtMs, priority], [Date.parse(LATER), -5])
    assert.is(JSON.parse(created?.metadata ?? '{}').actor.id, 'eve')
    assert.is((await (await tasker.tasks.get(id)).view()).status, 'pending')
    await tasker.close()
  }),
)

test(
  'what makes no sense is told with its flag and its code, and nothing is created',
  around(async ({ say }) => {
    const codeOf = async (...argv: ReadonlyArray<string>) => {
      const { exit, stdout } = await say('task', 'create', ...argv, '--json')
      return [exit, JSON.parse(stdout).error.code]
    }
    assert.equal(await codeOf('greeting.yaml', '--run-at', 'tomorrow'), [EXIT.usage, 'usage'])
    assert.equal(await codeOf('greeting.yaml', '--run-at', '2030-01-31T09:00:00'), [EXIT.usage, 'usage'])
    assert.equal(await codeOf('greeting.yaml', '--priority', 'high'), [EXIT.usage, 'usage'])
    assert.equal(await codeOf('greeting.yaml', '--priority', '5000'), [EXIT.usage, 'invalid_priority'])
    assert.equal(await codeOf('greeting.yaml', '--input', '{"nmae":1}'), [EXIT.usage, 'invalid_input'])
    assert.equal(await codeOf('nobody_registered_this'), [EXIT.usage, 'template_unknown'])
    assert.equal(await codeOf('nowhere.yaml'), [EXIT.usage, 'template_not_found'])
    assert.match((await say('task', 'create', '--help')).stdout, '--run-at TIME')
    assert.equal(JSON.parse((await say('task', 'list', '--json')).stdout).tasks, [])
  }),
)

test.run()
