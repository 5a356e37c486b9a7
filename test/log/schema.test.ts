/** Migrations: applied once, whoever starts first, and never backwards. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createPostgresLog } from '../../src/log/postgres-log.js'
import { checkSchema, migrate, schemaRefusal } from '../../src/log/schema.js'
import { freshDatabase } from '../support/postgres.js'
import { migratedDatabase, withClient } from './log-database.js'

const test = suite('schema')

const migrateElsewhere = async (url: string): Promise<ReadonlyArray<string>> => {
  const script = fileURLToPath(new URL('./migrating-process.js', import.meta.url))
  return JSON.parse((await promisify(execFile)(process.execPath, [script, url])).stdout)
}

test('four processes migrate at once: each succeeds, and each migration is applied once', async () => {
  const { url, drop } = await freshDatabase()
  const applied = await Promise.all([1, 2, 3, 4].map(() => migrateElsewhere(url)))
  const { rows } = await withClient(url, (client) => client.query('select name from tasker.migrations order by number'))
  assert.equal(
    applied.flat().sort(),
    rows.map((row) => row.name),
  )
  assert.is((await checkSchema(url)).kind, 'current')
  assert.equal(await migrate(url), E.right([]))
  await drop()
})

test('an empty database is older, and the log says which command mends it', async () => {
  const { url, drop } = await freshDatabase()
  const state = await checkSchema(url)
  assert.is(state.kind, 'older')
  const opened = await createPostgresLog({ connectionString: url })
  assert.ok(E.isLeft(opened))
  assert.is(opened.left.code, 'database_older')
  assert.match(opened.left.message, 'tasker migrate')
  assert.equal(opened.left, schemaRefusal(state))
  await drop()
})

test('a newer database is refused by the log and by migrate, and left as it is', async () => {
  const { url, drop } = await migratedDatabase()
  await withClient(url, (client) => client.query(`insert into tasker.migrations (number, name) values (9999, 'later')`))
  const opened = await createPostgresLog({ connectionString: url })
  assert.is(E.isLeft(opened) && opened.left.code, 'database_newer')
  const migrated = await migrate(url)
  assert.is(E.isLeft(migrated) && migrated.left.code, 'database_newer')
  await drop()
})

test('every database has a name of its own, the same for whoever opens it', async () => {
  const one = await migratedDatabase()
  const other = await migratedDatabase()
  const nameOf = async (url: string): Promise<string> => {
    const opened = await createPostgresLog({ connectionString: url })
    if (E.isLeft(opened)) throw new Error(opened.left.message)
    const name = await opened.right.installation()
    await opened.right.close()
    return name
  }
  assert.match(await nameOf(one.url), /^[0-9a-f-]{36}$/)
  assert.is(await nameOf(one.url), await nameOf(one.url))
  assert.is.not(await nameOf(one.url), await nameOf(other.url))
  await Promise.all([one.drop(), other.drop()])
})

test('a database that cannot be reached throws', async () => {
  try {
    await createPostgresLog({ connectionString: 'postgres://nobody@127.0.0.1:1/nowhere' })
    assert.unreachable()
  } catch (error) {
    assert.match(String(error), 'ECONNREFUSED')
  }
})

test.run()
