import * as E from 'fp-ts/lib/Either.js'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createCatalog } from '../../catalog/catalog.js'
import type { JsonObject } from '../../src/core/json.js'
import type { Connections } from '../../src/ports/connections.js'
import type { RowChange, RowStore } from '../../src/ports/rows.js'
import { failureOf, handlerOf, type Run, run, satisfied } from './run-handler.js'

const CONNECTIONS: Connections = {
  warehouse: {
    url: async () => 'postgres://ada:hunter2@db/shop',
    tables: {
      orders: { operations: ['insert', 'upsert', 'delete'], columns: ['id', 'total'], key: ['id'] },
      readings: { operations: ['insert'], columns: ['value'], idempotency_column: 'written_by' },
      notes: { operations: ['insert'], columns: ['text'] },
    },
  },
  lost: {
    url: () => Promise.reject(new Error('ENOENT /secrets/hunter2')),
    tables: { t: { operations: ['insert'], columns: ['a'] } },
  },
  mail: { url: async () => 'smtp://mail', mail: { from: 'a@b', recipients: [] } },
}

const withStore =
  (body: (call: (run: Run) => Promise<unknown>, changes: ReadonlyArray<RowChange>) => Promise<void>) =>
  async (): Promise<void> => {
    const changes: RowChange[] = []
    const rows: RowStore = {
      write: async (_, change) => {
        changes.push(change)
        return E.right(change.rows.length)
      },
      close: async () => undefined,
    }
    const catalog = createCatalog({ connections: CONNECTIONS, rows })
    try {
      await body((asked) => run(handlerOf(catalog, 'persist'), asked), changes)
    } finally {
      await catalog.close()
    }
  }

const into = (table: string, rows: JsonObject | ReadonlyArray<JsonObject>, operation = 'insert'): JsonObject => ({
  connection: 'warehouse',
  table,
  operation,
  rows: rows as JsonObject,
})

test(
  'rows come from the configuration, from the input, or from the one step before',
  withStore(async (call, changes) => {
    const row = { id: 1, total: 5 }
    const result = { operation: 'insert', table: 'orders', rows: 1, written: 1 }
    assert.equal(await call({ config: into('orders', row) }), result)
    const { rows: _, ...nothing } = into('orders', row)
    await call({ config: nothing, inputs: { rows: [row] } })
    await call({ config: nothing, context: { dependencies: { load: satisfied([row]) } } })
    assert.equal(new Set(changes.map((change) => JSON.stringify(change))).size, 1)
    assert.equal(changes[0], {
      operation: 'insert',
      table: 'orders',
      columns: ['id', 'total'],
      key: ['id'],
      rows: [row],
    })
  }),
)

test(
  'a table says by what a row is known again: its key, the attempt, or nothing',
  withStore(async (call, changes) => {
    await call({ config: into('readings', [{ value: 1 }, { value: 2 }]) })
    await call({ config: into('notes', { text: 'a' }) })
    await call({ config: into('orders', { total: 5 }) })
    await call({ config: into('orders', { id: 1 }, 'delete') })
    assert.equal(
      changes.map(({ columns, key }) => [columns, key]),
      [
        [['value', 'written_by'], ['written_by']],
        [['text'], []],
        [['total'], []],
        [['id'], ['id']],
      ],
    )
    assert.equal(changes[0]?.rows, [
      { value: 1, written_by: 'task:1:0:0' },
      { value: 2, written_by: 'task:1:0:1' },
    ])
  }),
)

test(
  'what the operator does not list is refused, and nothing is written',
  withStore(async (call, changes) => {
    const refused = async (config: JsonObject) => (await failureOf(call({ config }))).code
    assert.is(await refused({ ...into('orders', {}), connection: 'another' }), 'connection_unknown')
    assert.is(await refused({ ...into('orders', {}), connection: '__proto__' }), 'connection_unknown')
    assert.is(await refused({ ...into('orders', {}), connection: 'mail' }), 'table_not_allowed')
    assert.is(await refused(into('users', { id: 1 })), 'table_not_allowed')
    assert.is(await refused(into('constructor', { id: 1 })), 'table_not_allowed')
    assert.is(await refused(into('readings', { value: 1 }, 'delete')), 'operation_not_allowed')
    assert.is(await refused(into('orders', { id: 1, 'total" = 0; --': 2 })), 'column_not_allowed')
    assert.is(await refused(into('readings', { value: 1, written_by: 'me' })), 'column_not_allowed')
    assert.is(await refused(into('orders', { id: 1, total: 2 }, 'delete')), 'column_not_allowed')
    assert.is(await refused(into('orders', { total: 1 }, 'upsert')), 'rows_invalid')
    assert.is(await refused(into('orders', [{ id: 1 }, { total: 2 }])), 'rows_invalid')
    assert.is(await refused(into('orders', {})), 'rows_invalid')
    const lost = await failureOf(call({ config: { ...into('t', { a: 1 }), connection: 'lost' } }))
    assert.equal([lost.code, lost.message.includes('hunter2')], ['connection_unknown', false])
    assert.equal(changes, [])
  }),
)

test.run()
