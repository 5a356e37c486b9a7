/** Every statement of every `.sql` file is one that a migrated database understands. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { PROJECTIONS } from '../../projections/projections.js'
import { Transactions } from '../../src/log/transactions.js'
import { packageRoot } from '../../src/package-root.js'
import { ProjectionTable } from '../../src/projector/table.js'
import { loadStatements, parseStatements } from '../../src/sql.js'
import { migratedDatabase, withClient } from './log-database.js'

const test = suite('statements')

/** Postgres prepares queries and changes of rows only. */
const IS_NOT_PREPARABLE = /^(?:listen|begin|commit|rollback|create|set)\b/i
/** Names of a user's tables are put in later: `rows.test.ts` runs these. */
const HAS_NAMES_TO_COME = /:"\w+"/

const sqlFiles = (folder: string): ReadonlyArray<string> =>
  readdirSync(join(packageRoot, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.sql') && !entry.parentPath.endsWith('migrations'))
    .map((entry) => relative(packageRoot, join(entry.parentPath, entry.name)))

/** Pages read the tables of projections, which whoever projects first makes. */
const makeProjections = async (url: string): Promise<void> => {
  const transactions = new Transactions(url, 1, 'test')
  for (const projection of PROJECTIONS) {
    await transactions.run((transaction) => new ProjectionTable(projection, 'tasker_projections').create(transaction))
  }
  await transactions.close()
}

test('each is prepared by a migrated database', async () => {
  const { url, drop } = await migratedDatabase()
  await makeProjections(url)
  const names = new Set<string>()
  await withClient(url, async (client) => {
    for (const file of sqlFiles('src')) {
      for (const [name, statement] of parseStatements(file, readFileSync(join(packageRoot, file), 'utf8'))) {
        assert.not(names.has(statement.name), `${statement.name} is not the only one of its name`)
        names.add(statement.name)
        const body = statement.text.replace(/^--.*$/gm, '').trim()
        if (IS_NOT_PREPARABLE.test(body) || HAS_NAMES_TO_COME.test(body)) continue
        await client.query(`prepare statement_${names.size} as ${body}`).catch((cause: unknown) => {
          throw new Error(`${file}: ${name} cannot be prepared`, { cause })
        })
      }
    }
  })
  assert.ok(names.size > 20)
  await drop()
})

test('a statement that is missing, unwanted, nameless or there twice is a mistake', () => {
  assert.throws(() => loadStatements('src/log/inbox.sql', ['readInbox']), 'nobody asks for createInboxRow')
  assert.throws(
    () => loadStatements('src/log/inbox.sql', ['readInbox', 'createInboxRow', 'x']),
    'there is no statement x',
  )
  assert.throws(() => parseStatements('a.sql', 'select 1;\n-- name: x\nselect 2'), 'before the first name')
  assert.throws(() => parseStatements('a.sql', '-- name: x\nselect 1\n-- name: x\nselect 2'), 'twice')
  assert.throws(() => parseStatements('a.sql', '-- name: a b\nselect 1'), 'is no name')
})

test('a statement keeps its comment and knows its folder', () => {
  const statements = parseStatements('src/log/a.sql', '-- About the file.\n\n-- name: x\n-- Why.\nselect 1\n')
  assert.equal(statements.get('x'), { name: 'log_a_x', text: '-- Why.\nselect 1' })
})

test.run()
