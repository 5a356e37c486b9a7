import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failureOf, handlerOf, run, satisfied, withCatalog } from './run-handler.js'

const schema = {
  type: 'object',
  required: ['country', 'year'],
  properties: { country: { type: 'string', pattern: '^[A-Z]' }, year: { type: 'integer', minimum: 1900 } },
}
const good = { country: 'Norway', year: 1955 }
const bad = { country: 'norway', year: 1855 }

test(
  'valid elements pass as they are',
  withCatalog(async (catalog) => {
    assert.equal(await run(handlerOf(catalog, 'validate'), { config: { schema, items: [good, good] } }), {
      counts: { total: 2, valid: 2, invalid: 0 },
      items: [good, good],
    })
  }),
)

test(
  'a fault fails the step unless the mode says else, and says which and where',
  withCatalog(async (catalog) => {
    const failure = await failureOf(run(handlerOf(catalog, 'validate'), { config: { schema, items: [good, bad] } }))
    assert.equal([failure.code, failure.retryable], ['validation_failed', false])
    assert.match(failure.message, /^1 of 2 elements do not fit the schema; the first is number 1 at "country"/)
  }),
)

test(
  'flagged elements stay in their places',
  withCatalog(async (catalog) => {
    const result = await run(handlerOf(catalog, 'validate'), { config: { schema, items: [bad, good], mode: 'flag' } })
    const { counts, items } = result as { counts: unknown; items: ReadonlyArray<{ valid: boolean; errors: unknown[] }> }
    assert.equal(counts, { total: 2, valid: 1, invalid: 1 })
    assert.equal(
      items.map(({ valid, errors }) => [valid, errors.length]),
      [
        [false, 2],
        [true, 0],
      ],
    )
  }),
)

test(
  'a partition parts the valid from the invalid',
  withCatalog(async (catalog) => {
    const config = { schema, items: [bad, good], mode: 'partition' }
    const result = (await run(handlerOf(catalog, 'validate'), { config })) as {
      valid: unknown
      invalid: ReadonlyArray<{ index: number; item: unknown }>
    }
    assert.equal(result.valid, [good])
    assert.equal(
      result.invalid.map(({ index, item }) => [index, item]),
      [[0, bad]],
    )
  }),
)

test(
  'the elements are those of the only dependency where none are named',
  withCatalog(async (catalog) => {
    const validate = handlerOf(catalog, 'validate')
    const one = { dependencies: { load: satisfied([good]) } }
    assert.equal(await run(validate, { config: { schema }, context: one }), {
      counts: { total: 1, valid: 1, invalid: 0 },
      items: [good],
    })
    const two = { dependencies: { load: satisfied([good]), more: satisfied([good]) } }
    assert.is((await failureOf(run(validate, { config: { schema }, context: two }))).code, 'not_a_list')
    assert.equal(await run(validate, { config: { schema }, inputs: { items: [] } }), {
      counts: { total: 0, valid: 0, invalid: 0 },
      items: [],
    })
  }),
)

test(
  'a schema that is none fails the step for good',
  withCatalog(async (catalog) => {
    for (const wrong of [{ type: 'strin' }, { pattern: '(?=a)' }, { $ref: 'https://example.com/' }]) {
      const failure = await failureOf(run(handlerOf(catalog, 'validate'), { config: { schema: wrong, items: [1] } }))
      assert.equal([failure.code, failure.retryable], ['schema_invalid', false])
    }
  }),
)

test.run()
