/** `persist` in a whole system, into a real database: what the log says of a step is what stands in the table. */
import pg from 'pg'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createCatalog } from '../../catalog/catalog.js'
import type { JsonObject } from '../../src/core/json.js'
import { createRowStore } from '../../src/log/rows.js'
import type { Connections } from '../../src/ports/connections.js'
import { fragmentOf, plannedFrame, plannedTasker } from '../support/planned-tasker.js'
import { freshDatabase } from '../support/postgres.js'
import { handlerOf, run } from './run-handler.js'

const test = suite('rows that steps write')

const withWarehouse =
  (body: (connections: Connections, stand: () => Promise<ReadonlyArray<JsonObject>>) => Promise<void>) =>
  async (): Promise<void> => {
    const { url, drop } = await freshDatabase()
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query('create table countries (name text primary key, area int)')
    await client.query('create table readings (value int, written_by text unique)')
    const connections: Connections = {
      warehouse: {
        url: async () => url,
        tables: {
          countries: { operations: ['insert', 'upsert', 'delete'], columns: ['name', 'area'], key: ['name'] },
          readings: { operations: ['insert'], columns: ['value'], idempotency_column: 'written_by' },
        },
      },
    }
    try {
      await body(connections, async () => (await client.query('select * from countries order by name')).rows)
      const { rows } = await client.query(
        'select count(*)::int as count, count(distinct written_by)::int as marks from readings',
      )
      assert.is(rows[0].count, rows[0].marks)
    } finally {
      await client.end()
      await drop()
    }
  }

test(
  'a planned step writes the rows that another one has made, and what the database refuses fails it',
  withWarehouse(async (connections, stand) => {
    const rows = [
      { name: 'Norway', area: 323_802 },
      { name: 'Chad', area: 1_284_000 },
    ]
    const steps: ReadonlyArray<JsonObject> = [
      {
        name: 'made',
        handler: 'transform',
        config: { input: rows, each: true, mapping: { name: 'name', area: 'area' } },
      },
      {
        name: 'kept',
        handler: 'persist',
        config: { connection: 'warehouse', table: 'countries', operation: 'upsert' },
        inputs: { rows: '${steps.made.result}' },
        dependencies: ['made'],
      },
      {
        name: 'wrong',
        handler: 'persist',
        config: { connection: 'warehouse', table: 'countries', operation: 'insert', rows: { name: 'x', area: 'wide' } },
      },
    ]
    const { tasker } = await plannedTasker(() => fragmentOf(steps), { connections })
    const bounds = { allowed_handlers: ['ok', 'transform', 'persist'], allowed_secrets: ['warehouse'] }
    const task = await tasker.tasks.create(await tasker.template(plannedFrame({}, bounds)), {})
    const result = await task.result()
    assert.equal(result.steps['plan/kept']?.result, { operation: 'upsert', table: 'countries', rows: 2, written: 2 })
    assert.equal([result.steps['plan/wrong']?.error?.code, result.steps['plan/wrong']?.attempts], ['rows_refused', 1])
    assert.equal(await stand(), [rows[1], rows[0]])
    await tasker.close()
  }),
)

test(
  'an attempt that was lost after it wrote writes nothing more when it is made again',
  withWarehouse(async (connections, stand) => {
    const catalog = createCatalog({ connections, rows: createRowStore() })
    const persist = (config: JsonObject) =>
      run(handlerOf(catalog, 'persist'), { config: { connection: 'warehouse', operation: 'insert', ...config } })
    const readings = { table: 'readings', rows: [{ value: 1 }, { value: 1 }] }
    const countries = { table: 'countries', rows: { name: 'Chad', area: 1 } }
    const written = async (config: JsonObject) => Reflect.get(Object(await persist(config)), 'written')
    assert.equal([await written(readings), await written(readings)], [2, 0])
    assert.equal([await written(countries), await written(countries)], [1, 0])
    assert.is((await stand()).length, 1)
    await catalog.close()
  }),
)

test.run()
