import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failureOf, handlerOf, problemsOf, run, satisfied, withCatalog } from './run-handler.js'

test(
  'an expression gives its value, a mapping an object of values',
  withCatalog(async (catalog) => {
    const transform = handlerOf(catalog, 'transform')
    const input = { rows: [{ a: 1 }, { a: 2 }] }
    assert.equal(await run(transform, { config: { input, expression: 'rows[*].a' } }), [1, 2])
    assert.equal(await run(transform, { config: { input, mapping: { first: 'rows[0].a', n: 'length(rows)' } } }), {
      first: 1,
      n: 2,
    })
    assert.is(await run(transform, { config: { input, expression: 'none' } }), null)
  }),
)

test(
  'with each, every element is transformed, in its place',
  withCatalog(async (catalog) => {
    const transform = handlerOf(catalog, 'transform')
    const input = [{ a: 1 }, { b: 2 }]
    assert.equal(await run(transform, { config: { input, each: true, expression: 'a' } }), [1, null])
    assert.equal(await run(transform, { config: { input, each: true, mapping: { x: 'a', y: 'b' } } }), [
      { x: 1, y: null },
      { x: null, y: 2 },
    ])
    const failure = await failureOf(run(transform, { config: { input: { a: 1 }, each: true, expression: 'a' } }))
    assert.equal([failure.code, failure.retryable], ['not_a_list', false])
  }),
)

test(
  'the named input comes before the configuration, and that before the dependencies',
  withCatalog(async (catalog) => {
    const transform = handlerOf(catalog, 'transform')
    const context = { dependencies: { fetch: satisfied({ n: 1 }), other: satisfied(2) } }
    assert.equal(await run(transform, { config: { expression: '@' }, context }), { fetch: { n: 1 }, other: 2 })
    assert.is(await run(transform, { config: { input: 3, expression: '@' }, context }), 3)
    assert.is(await run(transform, { config: { input: 3, expression: '@' }, inputs: { input: 4 }, context }), 4)
  }),
)

test(
  'a join puts the match under its key, and says what has none',
  withCatalog(async (catalog) => {
    const transform = handlerOf(catalog, 'transform')
    const input = [{ c: 'NO' }, { c: 'TR' }, { c: null }]
    const countries = [{ code: 'NO', region: 'Europe' }, { code: 'NO', region: 'second' }, { code: null }]
    const join = { with: countries, left_key: 'c', right_key: 'code', as: 'country' }
    assert.equal(await run(transform, { config: { input, join } }), [
      { c: 'NO', country: { code: 'NO', region: 'Europe' } },
      { c: 'TR', country: null },
      { c: null, country: null },
    ])
    assert.equal(
      await run(transform, {
        config: { input, join: { ...join, unmatched: 'drop' }, each: true, expression: 'country.region' },
      }),
      ['Europe'],
    )
    assert.equal(
      await run(transform, { config: { input, join: { ...join, unmatched: 'only' }, expression: 'length(@)' } }),
      2,
    )
    const { with: _, ...named } = join
    assert.equal(
      await run(transform, { config: { input, join: named, expression: '[0].country' }, inputs: { with: countries } }),
      {
        code: 'NO',
        region: 'Europe',
      },
    )
  }),
)

test(
  'a large join takes no longer than its two lists',
  withCatalog(async (catalog) => {
    const rows = Array.from({ length: 20_000 }, (_, index) => ({ id: index }))
    const join = { with: rows, left_key: 'id', right_key: 'id', as: 'same', unmatched: 'drop' }
    const started = Date.now()
    const joined = await run(handlerOf(catalog, 'transform'), {
      config: { input: rows, join, expression: 'length(@)' },
    })
    assert.is(joined, 20_000)
    assert.ok(Date.now() - started < 2_000)
  }),
)

test(
  'what the expression cannot do is the step’s failure',
  withCatalog(async (catalog) => {
    const transform = handlerOf(catalog, 'transform')
    const failure = await failureOf(run(transform, { config: { input: { a: 1 }, expression: 'a.b-c' } }))
    assert.equal([failure.code, failure.retryable], ['expression_invalid', false])
    assert.match(failure.message, /quote the name: "b-c"/)
  }),
)

test(
  'a transform without anything to do is no transform',
  withCatalog(async (catalog) => {
    const transform = handlerOf(catalog, 'transform')
    assert.match(problemsOf(transform, {})[0] ?? '', /^expression: is missing/)
    assert.match(problemsOf(transform, { expression: 'a', mapping: { a: 'b' } })[0] ?? '', /^mapping: stands beside/)
    assert.match(problemsOf(transform, { expression: 'a'.repeat(1_001) })[0] ?? '', /^expression: must be a text/)
    assert.match(problemsOf(transform, { expression: 'a', join: { as: 'x' } })[0] ?? '', /^join\.left_key: is missing/)
  }),
)

test.run()
