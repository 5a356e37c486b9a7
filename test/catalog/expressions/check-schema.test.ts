import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checkSchema } from '../../../catalog/expressions/check-schema.js'
import type { Json, JsonObject } from '../../../src/core/json.js'

const problem = (schema: JsonObject): string => checkSchema(schema)?.problem ?? 'accepted'

test('ordinary schemas are acceptable', () => {
  const schemas: ReadonlyArray<JsonObject> = [
    {},
    {
      type: 'object',
      required: ['a'],
      properties: { a: { type: ['string', 'null'], pattern: '^[A-Z]{2}\\d+$' }, pattern: { type: 'string' } },
      patternProperties: { '^x-': true },
      additionalProperties: false,
    },
    { $defs: { tree: { type: 'array', items: { $ref: '#/$defs/tree' } } }, $ref: '#/$defs/tree' },
    { anyOf: [{ const: { $ref: 'data, not a reference' } }, { enum: [{ pattern: '(' }] }] },
    { type: 'array', prefixItems: [{ type: 'number' }], items: false, uniqueItems: true },
  ]
  for (const schema of schemas) assert.is(problem(schema), 'accepted')
})

test('a schema refers only to itself', () => {
  assert.match(problem({ $ref: 'https://example.com/schema' }), '"$ref" refers outside of the schema')
  assert.match(problem({ properties: { a: { $ref: 'other.json#/a' } } }), '"properties.a.$ref" refers outside')
  assert.match(problem({ $id: 'https://example.com/' }), 'an address')
  assert.match(problem({ $dynamicRef: 'file:///etc/passwd' }), 'refers outside')
})

test('patterns run in linear time, or not at all', () => {
  assert.is(problem({ pattern: '^(a+)+$' }), 'accepted')
  for (const pattern of ['(?=a)b', '(a)\\1', '(?<!a)b', '(', '[a-']) {
    assert.match(problem({ properties: { a: { pattern } } }), 'is no pattern of the linear-time engine', pattern)
  }
  assert.match(problem({ patternProperties: { '(?!a)': true } }), 'is no pattern')
  assert.match(problem({ pattern: 'a'.repeat(501) }), 'has 501 characters')
  assert.match(problem({ pattern: 1 }), 'must be a text')
})

test('patterns that would be large once written out are refused without being compiled', () => {
  const started = performance.now()
  for (const pattern of [
    'x{1000}'.repeat(70),
    `(${'abcdefghij'.repeat(40)}){1000}`,
    '((((a{30}){30}){30}){30})',
    '[a]{999}{999}{999}',
  ]) {
    assert.match(problem({ pattern }), 'is no pattern', pattern.slice(0, 20))
  }
  const many = Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`a${index}`, { pattern: 'a' }]))
  assert.match(problem({ properties: many }), 'has 21 patterns')
  assert.ok(performance.now() - started < 500)
})

test('keywords have the form that they must have', () => {
  assert.match(problem({ type: 'strin' }), '"type" names "strin", which is no type')
  assert.match(problem({ type: ['string', 1] }), 'names 1, which is no type')
  assert.match(problem({ required: 'a' }), '"required" must be a list of names')
  assert.match(problem({ enum: 'a' }), '"enum" must be a list of values')
  assert.match(problem({ minimum: '1' }), '"minimum" must be a number')
  assert.match(problem({ properties: ['a'] }), '"properties" must be an object of schemas')
  assert.match(problem({ properties: { a: 'string' } }), '"properties.a" must be a schema')
  assert.match(problem({ items: 1 }), '"items" must be a schema')
})

test('length, depth and size are limited', () => {
  let deep: Json = {}
  for (let depth = 0; depth < 30; depth++) deep = { not: deep }
  assert.match(problem({ not: deep }), 'nests deeper than 20')
  let endless: Json = {}
  for (let depth = 0; depth < 100_000; depth++) endless = [endless]
  assert.match(problem({ default: endless }), 'nests deeper than 20')
  const wide = Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`a${index}`, true]))
  assert.match(problem({ properties: wide }), 'more than 500 parts')
  assert.match(problem({ description: 'x'.repeat(20_001) }), 'characters')
})

test.run()
