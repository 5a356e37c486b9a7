/**
 * The database's schema: numbered, immutable migrations, applied forward only and one after the other, by whichever
 * process comes first. This code knows the number that it was written for and refuses any other.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import pg from 'pg'
import { packageRoot } from '../package-root.js'
import { loadStatements } from '../sql.js'
import { clientConfig } from './database.js'

const SQL = loadStatements('src/log/schema.sql', [
  'findMigrations',
  'highestMigration',
  'appliedMigrations',
  'lockMigrations',
  'unlockMigrations',
  'createSchema',
  'createMigrations',
  'begin',
  'recordMigration',
  'commit',
  'rollback',
])

export type SchemaState =
  | { readonly kind: 'current'; readonly number: number }
  /** `number` is 0 where there is no schema at all. */
  | { readonly kind: 'older' | 'newer'; readonly number: number; readonly expected: number }

export interface SchemaRefusal {
  readonly code: 'database_older' | 'database_newer'
  readonly message: string
}

interface Migration {
  readonly number: number
  /** The file's name without its ending. */
  readonly name: string
  readonly text: string
}

/** How the database's schema stands to this code. Throws where the database cannot be reached. */
export const checkSchema = (connectionString: string): Promise<SchemaState> =>
  withClient(connectionString, async (client) => stateOf(await highestMigration(client)))

/** What this code has against such a schema, or undefined where it can work with it. */
export const schemaRefusal = (state: SchemaState): SchemaRefusal | undefined => {
  switch (state.kind) {
    case 'current':
      return undefined
    case 'older':
      return {
        code: 'database_older',
        message: `the database is at schema ${state.number}, this version of tasker needs ${state.expected}: run \`tasker migrate\``,
      }
    case 'newer':
      return {
        code: 'database_newer',
        message: `the database is at schema ${state.number}, which is newer than this version of tasker knows (${state.expected}): use the newer version`,
      }
  }
}

/**
 * Brings the schema up to this code's number and resolves to the names of the migrations that this call applied; those
 * that another process applies meanwhile count as done. Refuses a newer database. Throws where the database cannot be
 * reached or a migration fails, which then leaves nothing behind.
 */
export const migrate = (connectionString: string): Promise<E.Either<SchemaRefusal, ReadonlyArray<string>>> =>
  withClient(connectionString, async (client) => {
    await client.query(SQL.lockMigrations.text)
    try {
      const refusal = schemaRefusal(stateOf(await highestMigration(client)))
      if (refusal?.code === 'database_newer') return E.left(refusal)
      await client.query(SQL.createSchema.text)
      await client.query(SQL.createMigrations.text)
      const { rows } = await client.query<{ number: number }>(SQL.appliedMigrations.text)
      const applied = new Set(rows.map((row) => row.number))
      const missing = migrations().filter((migration) => !applied.has(migration.number))
      for (const migration of missing) await apply(client, migration)
      return E.right(missing.map((migration) => migration.name))
    } finally {
      await client.query(SQL.unlockMigrations.text).catch(() => undefined)
    }
  })

const apply = async (client: pg.Client, migration: Migration): Promise<void> => {
  await client.query(SQL.begin.text)
  try {
    await client.query(migration.text)
    await client.query(SQL.recordMigration.text, [migration.number, migration.name])
    await client.query(SQL.commit.text)
  } catch (error) {
    await client.query(SQL.rollback.text).catch(() => undefined)
    throw new Error(`migration ${migration.name} failed`, { cause: error })
  }
}

const migrations = (): ReadonlyArray<Migration> => {
  const folder = join(packageRoot, 'src/log/migrations')
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => ({
      number: Number.parseInt(file, 10),
      name: file.slice(0, -'.sql'.length),
      text: readFileSync(join(folder, file), 'utf8'),
    }))
}

const stateOf = (number: number): SchemaState => {
  const expected = migrations().at(-1)?.number ?? 0
  if (number === expected) return { kind: 'current', number }
  return { kind: number < expected ? 'older' : 'newer', number, expected }
}

const highestMigration = async (client: pg.Client): Promise<number> => {
  const found = await client.query<{ exist: boolean }>(SQL.findMigrations.text)
  if (found.rows[0]?.exist !== true) return 0
  return (await client.query<{ number: number }>(SQL.highestMigration.text)).rows[0]?.number ?? 0
}

const withClient = async <A>(connectionString: string, use: (client: pg.Client) => Promise<A>): Promise<A> => {
  // Another process's migrations may take their time: nothing here gives up waiting for them.
  const client = new pg.Client({ ...clientConfig(connectionString), query_timeout: 0 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}
