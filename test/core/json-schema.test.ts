import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { closed, decode } from '../../src/core/closed.js'
import { described, integer, listOf, mapOf, oneOf, quantity, ruled, text } from '../../src/core/described.js'
import { json, jsonObject } from '../../src/core/events/codecs.js'
import { jsonSchemaOf } from '../../src/core/json-schema.js'

test('a closed codec refuses other keys, and its schema says so', () => {
  assert.equal(jsonSchemaOf(closed({ a: t.string }, { b: t.number })), {
    type: 'object',
    properties: { a: { type: 'string' }, b: { type: 'number' } },
    required: ['a'],
    additionalProperties: false,
  })
})

test('plain codecs have the schemas of their shapes', () => {
  const cases: ReadonlyArray<readonly [t.Mixed, unknown]> = [
    [t.boolean, { type: 'boolean' }],
    [t.null, { type: 'null' }],
    [t.unknown, {}],
    [json, {}],
    [jsonObject, { type: 'object' }],
    [t.literal('a'), { const: 'a' }],
    [t.keyof({ a: null, b: null }), { enum: ['a', 'b'] }],
    [t.array(t.string), { type: 'array', items: { type: 'string' } }],
    [t.readonlyArray(t.number), { type: 'array', items: { type: 'number' } }],
    [t.record(t.string, t.boolean), { type: 'object', additionalProperties: { type: 'boolean' } }],
    [t.union([t.string, t.null]), { anyOf: [{ type: 'string' }, { type: 'null' }] }],
    [
      t.intersection([t.type({ a: t.string }), t.partial({ b: t.string })]),
      {
        allOf: [
          { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
          { type: 'object', properties: { b: { type: 'string' } } },
        ],
      },
    ],
  ]
  for (const [codec, schema] of cases) assert.equal(jsonSchemaOf(codec), schema, codec.name)
})

test('a codec without a schema is refused where it stands, and never becomes an empty schema', () => {
  const even = t.refinement(t.number, (value) => value % 2 === 0, 'even')
  assert.throws(() => jsonSchemaOf(closed({ a: t.array(even) })), /"a\.\*" is even, which has no JSON Schema/)
  assert.throws(() => jsonSchemaOf(new t.Type('own', (_): _ is string => true, t.success as never, t.identity)))
})

const problems = (codec: t.Mixed, value: unknown): ReadonlyArray<string> => {
  const decoded = decode(codec, value)
  return E.isRight(decoded) ? [] : decoded.left.map(({ path, message }) => `${path}: ${message}`)
}

test('limits are decoded and told alike', () => {
  const codec = closed({
    name: text({ maxChars: 3, description: 'short' }),
    count: integer({ min: 1, max: 9 }),
    share: quantity({ min: 0, max: 1 }),
    mode: oneOf(['a', 'b']),
    list: listOf(text({ maxChars: 1 }), { minItems: 1, maxItems: 2 }),
    map: mapOf(t.number, { maxKeys: 1 }),
  })
  assert.equal(problems(codec, { name: 'abc', count: 1, share: 0.5, mode: 'a', list: ['x'], map: { k: 1 } }), [])
  assert.equal(
    problems(codec, { name: 'abcd', count: 1.5, share: 2, mode: 'c', list: ['x', 'xy', 'z'], map: { a: 1, b: 2 } }),
    [
      'name: must be a text of 1 to 3 characters',
      'count: must be an integer from 1 to 9',
      'share: must be a number from 0 to 1',
      'mode: must be one of a, b',
      'list: must be an array of 1 to 2 elements',
      'map: must be an object of 0 to 1 members',
    ],
  )
  assert.equal(problems(codec, { name: 'a', count: 1, share: 0, mode: 'b', list: ['x', 'xy'], map: { k: 'v' } }), [
    'list.1: must be a text of 1 to 1 characters',
    'map.k: must be number',
  ])
  assert.equal(jsonSchemaOf(codec).properties, {
    name: { type: 'string', minLength: 1, maxLength: 3, description: 'short' },
    count: { type: 'integer', minimum: 1, maximum: 9 },
    share: { type: 'number', minimum: 0, maximum: 1 },
    mode: { enum: ['a', 'b'] },
    list: { type: 'array', items: { type: 'string', minLength: 1, maxLength: 1 }, minItems: 1, maxItems: 2 },
    map: { type: 'object', additionalProperties: { type: 'number' }, maxProperties: 1 },
  })
})

test('a description is added to any codec, and a union is told in its own name', () => {
  const codec = closed({ a: described(t.union([t.string, t.number], 'a text or a number'), 'either') })
  assert.equal(problems(codec, { a: true }), ['a: must be a text or a number'])
  assert.equal(jsonSchemaOf(codec).properties, {
    a: { anyOf: [{ type: 'string' }, { type: 'number' }], description: 'either' },
  })
})

test('a rule over several keys is told at the key that breaks it', () => {
  const codec = ruled(closed({}, { a: t.number, b: t.number }), 'not both', ({ a, b }) =>
    a !== undefined && b !== undefined ? { at: 'b', message: 'stands beside a' } : undefined,
  )
  assert.equal(problems(codec, { a: 1 }), [])
  assert.equal(problems(codec, { a: 1, b: 2 }), ['b: stands beside a'])
  assert.equal(problems(closed({ inner: codec }), { inner: { a: 1, b: 2 } }), ['inner.b: stands beside a'])
  assert.is(jsonSchemaOf(codec).description, 'not both')
})

test.run()
