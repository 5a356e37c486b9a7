import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { add, patch, put, remove } from '../../projections/projection.js'
import { RowChanges } from '../../src/projector/row-changes.js'

const changes = (): RowChanges => new RowChanges({ key: ['task', 'step'] })

const ROW = { task: 't', step: 'a', seen: 1, state: 'new' }
const KEY = ['t', 'a']

test('the last row of a key wins, and is asked for once', () => {
  const of = changes()
  let asked = 0
  const row = () => {
    asked += 1
    return { ...ROW, seen: asked }
  }
  of.take([put(KEY, ROW), put(KEY, row), put(KEY, row)])
  assert.equal(of.writes().puts, [{ ...ROW, seen: 1 }])
  assert.is(asked, 1)
})

test('columns are changed in the row that is to be written, else in the one that is there', () => {
  const of = changes()
  of.take([put(KEY, ROW), patch<typeof ROW>(KEY, { state: 'old' })])
  of.take([patch<typeof ROW>(['t', 'b'], { seen: 2 }), patch<typeof ROW>(['t', 'b'], { state: 'old' })])
  const { puts, patches } = of.writes()
  assert.equal(puts, [{ ...ROW, state: 'old' }])
  assert.equal(patches, [[{ task: 't', step: 'b', seen: 2, state: 'old' }]])
})

test('rows with the same columns are written together', () => {
  const of = changes()
  of.take([patch<typeof ROW>(KEY, { seen: 2 }), patch<typeof ROW>(['t', 'b'], { seen: 3 })])
  of.take([patch<typeof ROW>(['t', 'c'], { state: 'old' })])
  assert.equal(
    of.writes().patches.map((alike) => alike.length),
    [2, 1],
  )
})

test('numbers are added up, and every row has all of their columns', () => {
  const of = changes()
  of.take([add<typeof ROW>(KEY, { seen: 1 }), add<typeof ROW>(KEY, { seen: 2 })])
  of.take([add<{ other: number }>(['t', 'b'], { other: 5 })])
  assert.equal(of.writes().adds, [
    { seen: 3, other: 0, task: 't', step: 'a' },
    { seen: 0, other: 5, task: 't', step: 'b' },
  ])
})

test('a row that was removed is not there to be changed', () => {
  const of = changes()
  of.take([put(KEY, ROW), remove(KEY), patch<typeof ROW>(KEY, { seen: 2 })])
  assert.equal(of.writes(), { puts: [], patches: [], adds: [], removes: [{ task: 't', step: 'a' }] })
})

test('a row that is added to is only added to', () => {
  const of = changes()
  of.take([put(KEY, ROW)])
  assert.throws(() => of.take([add<typeof ROW>(KEY, { seen: 1 })]))
})

test.run()
