import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Json, JsonObject } from '../../../src/core/json.js'
import { misfit } from '../../../src/core/validation/misfit.js'
import { schemaAtPath } from '../../../src/core/validation/schema-path.js'

const object = (properties: JsonObject, required: ReadonlyArray<string> = [], closed = true): JsonObject => ({
  type: 'object',
  properties,
  required,
  ...(closed ? { additionalProperties: false } : {}),
})

const list = (items: Json): JsonObject => ({ type: 'array', items })
const TEXT: Json = { type: 'string' }
const NUMBER: Json = { type: 'number' }

const told = (given: Json, expected: Json): string => {
  const found = misfit(given, expected)
  return found === undefined ? 'fits' : `${found.path.join('.')}: ${found.gives} for ${found.takes}`
}

test('kinds that do not meet do not fit; those that may meet do', () => {
  assert.is(told(NUMBER, TEXT), ': number for string')
  assert.is(told({ type: 'integer' }, NUMBER), 'fits')
  assert.is(told({ type: ['number', 'null'] }, NUMBER), 'fits')
  assert.is(told({}, TEXT), 'fits')
  assert.is(told(NUMBER, {}), 'fits')
  assert.is(told(NUMBER, { anyOf: [list({}), { type: 'object' }] }), ': number for array, object')
  assert.is(told(list(NUMBER), { anyOf: [list(TEXT), object({}, [])] }), '*: number for string')
  assert.is(told({ const: 'a' }, { enum: ['b', 'c'] }), ': "a" for "b" | "c"')
  assert.is(told({ enum: ['a', 'b'] }, { enum: ['b', 'c'] }), 'fits')
})

test('members are held against members, as deep as both are known', () => {
  const row = object({ id: NUMBER, name: TEXT }, ['id'])
  assert.is(told(list(row), list({ type: 'object' })), 'fits')
  assert.is(told(list(row), list(object({ id: TEXT }, ['id'], false))), '*.id: number for string')
  assert.is(told(row, object({ key: NUMBER }, ['key'], false)), 'key: nothing for a value')
  assert.is(told(row, object({ name: TEXT })), 'id: a value for nothing')
  // It may be left out, and then nothing is wrong with it.
  assert.is(told(row, object({ name: NUMBER }, [], false)), 'fits')
  assert.is(told({ type: 'object' }, row), 'fits')
  assert.is(told(list({}), list(TEXT)), 'fits')
})

test('a path leads to what the schema says there, to nothing, or to where nobody knows', () => {
  const schema = object({ rows: list(object({ id: NUMBER, tags: list(TEXT) })), more: {} })
  const at = (path: string) => schemaAtPath(schema, path)
  assert.equal(at(''), schema)
  assert.equal(at('rows[0].id'), NUMBER)
  assert.equal(at('rows[*].id'), list(NUMBER))
  assert.equal(at('rows[*].tags[*]'), list(list(TEXT)))
  assert.equal(
    [at('rows[*].nmae'), at('rows.first'), at('row'), at('rows[0][*]')],
    ['nothing', 'nothing', 'nothing', 'nothing'],
  )
  for (const path of ['more.anything', 'rows[?id > `1`]', 'length(rows)', 'rows[*].id | [0]', 'rows[*].tags[?@]']) {
    assert.is(at(path), undefined, path)
  }
})

test.run()
