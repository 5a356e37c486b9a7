/**
 * `catalog:persist`: rows into a table that the operator allows, through a connection that the operator names. There is no
 * SQL here and no place for any: a step says operation, table and rows, and everything else is the operator's word.
 */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { closed } from '../src/core/closed.js'
import { described, listOf, oneOf, text } from '../src/core/described.js'
import { jsonObject } from '../src/core/events/codecs.js'
import { isJsonObject, type Json, type JsonObject } from '../src/core/json.js'
import { MAX_CALLABLE_CHARS, MAX_ROWS, MAX_ROWS_BYTES } from '../src/core/limits.js'
import type { WritableTable } from '../src/ports/connections.js'
import { type HandlerContext, StepFailure } from '../src/ports/handler.js'
import type { RowChange } from '../src/ports/rows.js'
import { CONNECTION_ERRORS, connectionNamed, urlOfConnection } from './connection.js'
import { defineHandler } from './define-handler.js'
import { connectionName } from './fields.js'
import type { CatalogTools } from './tools.js'
import { resultsByName } from './working-data.js'

const rowsCodec = (description: string) =>
  described(t.union([listOf(jsonObject, { maxItems: MAX_ROWS }), jsonObject], 'a row, or a list of rows'), description)

const config = closed(
  {
    connection: connectionName('A database of the configuration.'),
    table: text({ maxChars: MAX_CALLABLE_CHARS, description: 'One of the tables that the connection lists.' }),
    operation: oneOf(
      ['insert', 'upsert', 'delete'],
      'insert: rows that stand already (by the key) are left as they are; upsert: they are changed; delete: by the key.',
    ),
  },
  {
    rows: rowsCodec(
      `Objects of column names to values, all with the same columns; at most ${MAX_ROWS}. For delete those of the key. Or the input named rows; absent both, the result of the one dependency.`,
    ),
  },
)

type Config = t.TypeOf<typeof config>

export const persist = ({ rows: store, connections }: CatalogTools) =>
  defineHandler({
    name: 'catalog:persist',
    summary: `Writes rows into a table of a database that the operator has named: insert, upsert or delete, all rows in one transaction or none. The result is {operation, table, rows, written}: how many were given, and how many the database changed. Run again it changes nothing more, except that an insert into a table without a key may insert twice when an attempt is lost.`,
    config,
    inputs: closed({}, { rows: rowsCodec('In place of config.rows.') }),
    output: closed({ operation: t.string, table: t.string, rows: t.number, written: t.number }),
    errors: [
      ...CONNECTION_ERRORS,
      { code: 'table_not_allowed', retryable: false, when: 'the connection does not list the table' },
      { code: 'operation_not_allowed', retryable: false, when: 'the table does not list the operation' },
      { code: 'column_not_allowed', retryable: false, when: 'a row has a column that the table does not list' },
      { code: 'rows_invalid', retryable: false, when: 'a row is no object, has other columns, or lacks the key' },
      { code: 'too_many_rows', retryable: false, when: `there are more than ${MAX_ROWS}, or they are too large` },
      { code: 'rows_refused', retryable: false, when: 'the database refuses a value, or has no such table or column' },
      { code: 'database_unreachable', retryable: true, when: 'the database cannot be reached' },
      { code: 'database_busy', retryable: true, when: 'a lock or a time limit stood in the way' },
    ],
    hints: { network: true, latency: 'fast', idempotent: true, cost: 'low' },
    fields: { connections: ['connection'] },
    stepTypes: ['standard', 'batch_worker', 'deferred_convergence'],
    run: async ({ config, inputs, context }) => {
      const connection = connectionNamed(connections, config.connection)
      const table = tableOf(connection.tables ?? {}, config)
      const rows = rowsOf(inputs.rows ?? config.rows ?? onlyResult(context))
      const change = changeOf(config, table, rows, context.idempotencyKey)
      const written = await store.write(await urlOfConnection(connection, config.connection), change)
      if (E.isLeft(written)) {
        const { code, message, retryable, cause } = written.left
        throw new StepFailure(code, message, { retryable, cause })
      }
      return { operation: config.operation, table: config.table, rows: rows.length, written: written.right }
    },
  })

const tableOf = (
  tables: Readonly<Record<string, WritableTable>>,
  { table: name, operation }: Config,
): WritableTable => {
  const table = Object.hasOwn(tables, name) ? tables[name] : undefined
  if (table === undefined) {
    throw refused('table_not_allowed', `the connection does not list the table "${name}"; it lists ${namesOf(tables)}`)
  }
  if (table.operations.includes(operation)) return table
  throw refused('operation_not_allowed', `${name} allows ${table.operations.join(', ')}, and not ${operation}`)
}

const namesOf = (tables: Readonly<Record<string, WritableTable>>): string => Object.keys(tables).join(', ') || 'none'

/** A step that names no rows writes what the one before it has found. */
const onlyResult = (context: HandlerContext): Json => {
  const results = Object.values(resultsByName(context) ?? {})
  return results.length === 1 ? (results[0] ?? null) : null
}

const rowsOf = (given: Json): ReadonlyArray<JsonObject> => {
  const all: ReadonlyArray<Json> = Array.isArray(given) ? given : [given]
  const rows = all.filter(isJsonObject)
  if (rows.length < all.length) {
    throw refused('rows_invalid', 'rows must be objects of column names to values; name them in config or inputs')
  }
  if (rows.length > MAX_ROWS) {
    throw refused(
      'too_many_rows',
      `${rows.length} rows are more than the ${MAX_ROWS} that one step may write; use chunks`,
    )
  }
  if (Buffer.byteLength(JSON.stringify(rows)) <= MAX_ROWS_BYTES) return rows
  throw refused('too_many_rows', `the rows have more than ${MAX_ROWS_BYTES} bytes together; use chunks`)
}

const changeOf = (
  { operation, table: name }: Config,
  table: WritableTable,
  rows: ReadonlyArray<JsonObject>,
  idempotencyKey: string,
): RowChange => {
  const key = table.key ?? []
  if (operation !== 'insert' && key.length === 0) {
    throw refused('operation_not_allowed', `${name} has no key in the configuration, and ${operation} needs one`)
  }
  const given = Object.keys(rows[0] ?? {})
  const columns = operation === 'delete' ? key : given
  checkColumns(rows, given, operation === 'delete' ? key : table.columns, key, operation)
  const { idempotency_column: marked } = table
  if (operation !== 'insert' || marked === undefined) {
    // Without its key a row conflicts in nothing: it is new.
    const conflicts = operation !== 'insert' || key.every((column) => given.includes(column)) ? key : []
    return { operation, table: name, columns, key: conflicts, rows }
  }
  const markedRows = rows.map((row, index) => ({ ...row, [marked]: `${idempotencyKey}:${index}` }))
  return { operation, table: name, columns: [...columns, marked], key: [marked], rows: markedRows }
}

const checkColumns = (
  rows: ReadonlyArray<JsonObject>,
  given: ReadonlyArray<string>,
  allowed: ReadonlyArray<string>,
  key: ReadonlyArray<string>,
  operation: Config['operation'],
): void => {
  const foreign = given.find((column) => !allowed.includes(column))
  if (foreign !== undefined) {
    throw refused(
      'column_not_allowed',
      `the column "${foreign}" may not be given here; these may: ${allowed.join(', ')}`,
    )
  }
  const missing = operation === 'insert' ? undefined : key.find((column) => !given.includes(column))
  if (missing !== undefined) throw refused('rows_invalid', `the rows lack "${missing}", which is part of the key`)
  if (rows.length > 0 && given.length === 0) throw refused('rows_invalid', 'a row has no columns')
  const other = rows.findIndex(
    (row) => Object.keys(row).length !== given.length || !given.every((column) => Object.hasOwn(row, column)),
  )
  if (other !== -1) throw refused('rows_invalid', `row ${other} has other columns than the first; give all the same`)
}

const refused = (code: string, message: string): StepFailure => new StepFailure(code, message, { retryable: false })
