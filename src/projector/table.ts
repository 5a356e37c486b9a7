/**
 * One table of a projection: the one that serves, or the one that is built beside it. Its statements are made of the
 * `.sql` file's and of names that the projection states; what an event says only ever travels as a value.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Projection } from '../../projections/projection.js'
import { PROJECTION_ROWS_PER_STATEMENT } from '../core/limits.js'
import type { Transaction } from '../log/transactions.js'
import { packageRoot } from '../package-root.js'
import { loadStatements, parseStatements, type Statement } from '../sql.js'
import type { Row, Writes } from './row-changes.js'

const SQL = loadStatements('src/projector/tables.sql', [
  'putRows',
  'patchRows',
  'addRows',
  'removeRows',
  'differingRow',
  'differingTotal',
  'columnsOf',
  'dropTable',
  'moveTable',
  'analyzeTable',
  'writeInto',
  'takeYourTime',
  'oneState',
  'commitLightly',
])

export const TAKE_YOUR_TIME = SQL.takeYourTime
export const COMMIT_LIGHTLY = SQL.commitLightly
export const ONE_STATE = SQL.oneState

export type Schema = 'tasker_projections' | 'tasker_rebuilding'

/** A row that is not what the fold says; null where there is none. */
export interface DifferingRow {
  readonly folded: Row | null
  readonly standing: Row | null
}

export class ProjectionTable {
  readonly #projection: Projection
  readonly #schema: Schema

  constructor(projection: Projection, schema: Schema) {
    this.#projection = projection
    this.#schema = schema
  }

  /** Makes the table anew, without its indexes; one that is left over goes. */
  async create(transaction: Transaction): Promise<void> {
    await this.drop(transaction)
    await transaction.query(SQL.writeInto, [this.#schema])
    await transaction.client.query(this.#definition('table'))
  }

  async createIndexes(transaction: Transaction): Promise<void> {
    const indexes = this.#definition('indexes')
    await transaction.query(SQL.takeYourTime, [])
    await transaction.query(SQL.writeInto, [this.#schema])
    if (indexes !== '') await transaction.client.query(indexes)
    await transaction.client.query(this.#statement(SQL.analyzeTable, {}))
  }

  async drop(transaction: Transaction): Promise<void> {
    await transaction.client.query(this.#statement(SQL.dropTable, {}))
  }

  /** It serves from the end of the transaction on. */
  async promote(transaction: Transaction): Promise<void> {
    await new ProjectionTable(this.#projection, 'tasker_projections').drop(transaction)
    await transaction.client.query(this.#statement(SQL.moveTable, {}))
  }

  async writeAll(transaction: Transaction, { puts, patches, adds, removes }: Writes): Promise<void> {
    await this.#run(transaction, SQL.putRows, puts)
    for (const alike of patches) await this.#run(transaction, SQL.patchRows, alike)
    await this.#run(transaction, SQL.addRows, adds)
    await this.#run(transaction, SQL.removeRows, removes)
  }

  /** The first row that differs, among those of the tasks above `after` and up to `last`. */
  async differingRow(
    transaction: Transaction,
    rows: ReadonlyArray<Row>,
    { after, last }: { readonly after: string; readonly last: string },
  ): Promise<DifferingRow | undefined> {
    const columns = rows[0] === undefined ? this.#projection.key : Object.keys(rows[0])
    return this.#differing(transaction, SQL.differingRow, columns, rows, [after, last])
  }

  /** The same of rows that are added to: a column that was never added to is 0. */
  async differingTotal(transaction: Transaction, rows: ReadonlyArray<Row>): Promise<DifferingRow | undefined> {
    const { name, key } = this.#projection
    const found = await transaction.query<{ name: string }>(SQL.columnsOf, [`${this.#schema}.${quoted(name)}`])
    const columns = found.map((column) => column.name)
    const nothing = Object.fromEntries(columns.filter((column) => !key.includes(column)).map((column) => [column, 0]))
    const filled = rows.map((row) => ({ ...nothing, ...row }))
    return this.#differing(transaction, SQL.differingTotal, columns, filled, [])
  }

  async #differing(
    transaction: Transaction,
    statement: Statement,
    columns: ReadonlyArray<string>,
    rows: ReadonlyArray<Row>,
    values: ReadonlyArray<unknown>,
  ): Promise<DifferingRow | undefined> {
    const text = this.#statement(statement, { columns })
    const [found] = (await transaction.client.query(text, [JSON.stringify(rows), ...values])).rows
    // What the statement answers is what it says it answers.
    return found as DifferingRow | undefined
  }

  async #run(transaction: Transaction, statement: Statement, rows: ReadonlyArray<Row>): Promise<void> {
    const [first] = rows
    if (first === undefined) return
    const text = this.#statement(statement, { columns: Object.keys(first) })
    for (let at = 0; at < rows.length; at += PROJECTION_ROWS_PER_STATEMENT) {
      const piece = rows.slice(at, at + PROJECTION_ROWS_PER_STATEMENT)
      await transaction.client.query(text, [JSON.stringify(piece)])
    }
  }

  #statement({ text }: Statement, { columns = [] }: { readonly columns?: ReadonlyArray<string> }): string {
    const { name, key } = this.#projection
    const others = columns.filter((column) => !key.includes(column))
    const changed = text === SQL.patchRows.text ? others : columns
    const parts: Readonly<Record<string, string>> = {
      table: `${this.#schema}.${quoted(name)}`,
      columns: listed(changed),
      key: listed(key),
      counts: listed(others),
      excluded: listed(columns, 'excluded'),
      given: listed(others, 'given'),
      standing: listed(key, 'standing'),
      wanted: listed(key, text.includes('folded') ? 'folded' : 'given'),
      sums: others.map((column) => `standing.${quoted(column)} + excluded.${quoted(column)}`).join(', '),
      seen: listed(columns, 'standing'),
      fresh: listed(columns, 'folded'),
      order: key.map((column) => `coalesce(standing.${quoted(column)}, folded.${quoted(column)})`).join(', '),
    }
    return text.replace(/:"(\w+)"/g, (_, part: string) => {
      const found = parts[part]
      if (found === undefined) throw new Error(`tables.sql asks for ${part}, which is nothing`)
      return found
    })
  }

  #definition(part: 'table' | 'indexes'): string {
    const { name, sql } = this.#projection
    const file = typeof sql === 'string' ? resolve(packageRoot, sql) : sql
    const statement = parseStatements(String(sql), readFileSync(file, 'utf8')).get(part)
    if (statement === undefined && part === 'table') throw new Error(`${String(sql)} has no table for ${name}`)
    return statement?.text ?? ''
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

const listed = (names: ReadonlyArray<string>, of?: string): string =>
  names.map((name) => (of === undefined ? quoted(name) : `${of}.${quoted(name)}`)).join(', ')
