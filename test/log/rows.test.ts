import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { JsonObject } from '../../src/core/json.js'
import { createRowStore } from '../../src/log/rows.js'
import type { RowChange, RowFault } from '../../src/ports/rows.js'
import { freshDatabase } from '../support/postgres.js'
import { withClient } from './log-database.js'

const test = suite('rows of a database that is not ours')

interface Shop {
  readonly url: string
  readonly write: (change: Partial<RowChange> & Pick<RowChange, 'rows'>) => Promise<E.Either<RowFault, number>>
  readonly stand: () => Promise<ReadonlyArray<JsonObject>>
}

/** A table whose names need quoting, and whose types are not JSON's. */
const TABLE = `create schema shop; create table shop."Order ""lines""" (
  id int primary key, "select" numeric(12, 2), tags text[], at timestamptz, about jsonb, marked text unique)`

const withShop = (body: (shop: Shop) => Promise<void>) => async (): Promise<void> => {
  const { url, drop } = await freshDatabase()
  await withClient(url, (client) => client.query(TABLE))
  const store = createRowStore()
  const usual = { operation: 'insert', table: 'shop.Order "lines"', columns: ['id', 'select'], key: ['id'] } as const
  try {
    await body({
      url,
      write: (change) => store.write(url, { ...usual, ...change }),
      stand: () =>
        withClient(url, async (client) => {
          const { rows } = await client.query('select * from shop."Order ""lines""" order by id')
          return rows
        }),
    })
  } finally {
    await store.close()
    await drop()
  }
}

const leftOf = (written: E.Either<RowFault, number>): RowFault => {
  if (E.isLeft(written)) return written.left
  throw new Error(`${written.right} rows were written`)
}

test(
  'values are read as the types of their columns, whatever stands in them',
  withShop(async ({ write, stand }) => {
    const hostile = `'); drop table shop."Order ""lines"""; --`
    const row = { id: 1, select: 12.5, tags: [hostile, 'b'], at: '2030-01-31T09:00:00Z', about: { deep: [1] } }
    assert.equal(await write({ columns: Object.keys(row), rows: [row] }), E.right(1))
    const [stored] = await stand()
    assert.equal(
      [stored?.select, stored?.tags, stored?.about, Reflect.get(Object(stored), 'at').toISOString()],
      ['12.50', [hostile, 'b'], { deep: [1] }, '2030-01-31T09:00:00.000Z'],
    )
  }),
)

test(
  'an insert leaves alone what stands, an upsert changes it, a delete removes it, and again changes nothing more',
  withShop(async ({ write, stand }) => {
    assert.equal(await write({ rows: [{ id: 1, select: 1 }] }), E.right(1))
    const both = [
      { id: 1, select: 5 },
      { id: 2, select: 2 },
    ]
    assert.equal(await write({ rows: both }), E.right(1))
    assert.equal(await write({ rows: both }), E.right(0))
    assert.is((await stand())[0]?.select, '1.00')
    for (const _ of [1, 2]) assert.equal(await write({ operation: 'upsert', rows: both }), E.right(2))
    assert.is((await stand())[0]?.select, '5.00')
    const removal = { operation: 'delete', columns: ['id'], rows: [{ id: 1 }, { id: 9 }] } as const
    assert.equal(await write(removal), E.right(1))
    assert.equal(await write(removal), E.right(0))
    assert.is((await stand()).length, 1)
  }),
)

test(
  'what the database refuses it refuses whole, and says why',
  withShop(async ({ write, stand }) => {
    const fault = leftOf(
      await write({
        rows: [
          { id: 1, select: 1 },
          { id: 2, select: 'many' },
        ],
      }),
    )
    assert.equal([fault.code, fault.retryable], ['rows_refused', false])
    assert.match(fault.message, 'many')
    assert.is(leftOf(await write({ rows: [{ id: 1, select: '\0' }] })).code, 'rows_refused')
    const twice = [
      { id: 1, select: 1 },
      { id: 1, select: 2 },
    ]
    assert.is(leftOf(await write({ operation: 'upsert', rows: twice })).code, 'rows_refused')
    assert.is(leftOf(await write({ columns: ['nothing'], rows: [{ nothing: 1 }] })).code, 'rows_refused')
    assert.equal(await stand(), [])
  }),
)

test('a database that is not there is one to try again, and no word of its URL is told', async () => {
  const store = createRowStore()
  const change = { operation: 'insert', table: 't', columns: ['a'], key: [], rows: [{ a: 1 }] } as const
  const fault = leftOf(await store.write('postgres://ada:hunter2@127.0.0.1:1/db', change))
  assert.equal([fault.code, fault.retryable], ['database_unreachable', true])
  assert.not.match(fault.message, 'hunter2')
  await store.close()
})

test(
  'a login that is refused and a table that is not there are told apart',
  withShop(async ({ url, write }) => {
    const store = createRowStore()
    const nobody = new URL(url)
    nobody.username = 'nobody_of_that_name'
    nobody.password = 'hunter2'
    const change = { operation: 'insert', table: 't', columns: ['a'], key: [], rows: [{ a: 1 }] } as const
    const fault = leftOf(await store.write(nobody.href, change))
    assert.is(fault.code, 'database_unreachable')
    assert.not.match(fault.message, 'hunter2')
    assert.is(leftOf(await write({ table: 'nowhere', rows: [{ id: 1, select: 1 }] })).code, 'rows_refused')
    await store.close()
  }),
)

test.run()
