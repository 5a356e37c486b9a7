import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkDatabase, checkKeptDatabases } from '../../../scripts/testing/kept-databases.js'
import { runTestFile } from '../../../scripts/testing/test-run.js'
import { packageRoot } from '../../../src/package-root.js'
import { migratedDatabase, withClient } from '../../log/log-database.js'
import { projectedLog } from '../../projector/projected-log.js'
import { freshDatabase, serverUrl } from '../../support/postgres.js'
import { withFolder } from '../../support/temporary-folder.js'

const test = suite('what is checked after each test file')

const compiled = (path: string): string => JSON.stringify(join(packageRoot, path))

test('a log that nobody projected is projected and found to be its fold', async () => {
  const log = await projectedLog()
  await log.tasks(2)
  const { logs, events, faults } = await checkDatabase(log.url)
  assert.equal([logs, events, faults], [1, await log.log.position(), []])
  await log.end()
})

test('a row that is not what the log says is a fault that names it, in every projection', async () => {
  const log = await projectedLog()
  await log.tasks(2)
  await checkDatabase(log.url)
  const changes = [
    ['task_summaries', `update tasker_projections.task_summaries set steps_done = 3`, '"column":"steps_done"'],
    ['step_timeline', `delete from tasker_projections.step_timeline where step = 'join'`, '"step":"join"'],
    ['task_counts', `update tasker_projections.task_counts set tasks = tasks + 1`, '"column":"tasks"'],
  ] as const
  for (const [name, change, named] of changes) {
    await withClient(log.url, (client) => client.query(change))
    const [fault = '', ...others] = (await checkDatabase(log.url)).faults
    assert.equal(others, [])
    assert.ok(fault.startsWith(`projection ${name} is not the fold of the log`), fault)
    assert.match(fault, named)
    const mending = await log.projector()
    await mending.rebuild(name)
    await mending.close()
  }
  assert.equal((await checkDatabase(log.url)).faults, [])
  await log.end()
})

test('a log that a projection cannot follow is a fault', async () => {
  const log = await projectedLog()
  await log.tasks(1)
  await withClient(log.url, async (client) => {
    await client.query('alter table tasker.events disable trigger events_are_immutable')
    await client.query(`update tasker.events set data = '{}' where type = 'step-completed'`)
  })
  const [fault = ''] = (await checkDatabase(log.url)).faults
  assert.match(fault, 'projection readiness does not come to position')
  assert.match(fault, 'step-completed')
  await log.endSpoilt()
})

test('a database without a log, and a log that no engine wrote, are left alone', async () => {
  const empty = await freshDatabase()
  assert.is((await checkDatabase(empty.url)).logs, 0)
  await empty.drop()
  const migrated = await migratedDatabase()
  assert.is((await checkDatabase(migrated.url)).logs, 0)
  await migrated.drop()
})

/** Runs a test file as the runner does, which leaves a log of one task behind. */
const leave = async (change: string): Promise<ReadonlyArray<string>> => {
  const prefix = `tasker_test_left_${randomBytes(4).toString('hex')}_`
  await withFolder(async (folder) => {
    const script = join(folder, 'x.mjs')
    const source = `
      import { test } from ${compiled('node_modules/uvu/dist/index.mjs')}
      import { projectedLog } from ${compiled('dist/test/projector/projected-log.js')}
      import { checkDatabase } from ${compiled('dist/scripts/testing/kept-databases.js')}
      import { withClient } from ${compiled('dist/test/log/log-database.js')}
      test('a task runs', async () => {
        const log = await projectedLog()
        await log.tasks(1)
        await checkDatabase(log.url)
        await withClient(log.url, (client) => client.query(${JSON.stringify(change)}))
        await log.end()
      })
      test.run()`
    writeFileSync(script, source)
    const file = { name: 'x', script, source }
    const environment = { DATABASE_URL: serverUrl(), TASKER_TEST_DATABASES: prefix }
    assert.equal((await runTestFile(file, environment)).faults, [])
  })
  const { logs, faults } = await checkKeptDatabases(serverUrl(), prefix)
  assert.is(logs, 1)
  assert.is((await checkKeptDatabases(serverUrl(), prefix)).logs, 0, 'it is gone')
  return faults
}

test('what a test file leaves is checked when it has ended, and goes', async () => {
  assert.equal(await leave('select 1'), [])
  const [found = ''] = await leave(`update tasker_projections.convergence set satisfied = 7`)
  assert.match(found, 'projection convergence is not the fold of the log')
})

test.run()
