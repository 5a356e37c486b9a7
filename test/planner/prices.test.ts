import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { costOf, DEFAULT_MODEL, highestCostOf, type Price, priceOf, pricesOf } from '../../src/planner/prices.js'

const million = 1_000_000
const used = (inputTokens: number, outputTokens: number, cacheReadTokens = 0, cacheWriteTokens = 0) => ({
  inputTokens,
  outputTokens,
  cacheReadTokens,
  cacheWriteTokens,
})

const known = (model: string): Price => {
  const price = priceOf(model)
  if (price === undefined) throw new Error(`no price of ${model}`)
  return price
}

test('the default model has a price, with a date and a source', () => {
  assert.match(known(DEFAULT_MODEL).date, /^\d{4}-\d\d-\d\d$/)
  assert.match(known(DEFAULT_MODEL).source, /Anthropic/)
})

test('each kind of token has its own price', () => {
  assert.is(costOf(known('claude-opus-5-5'), used(million, million, million, million)), 4 + 20 + 0.2 + 5)
  assert.is(costOf(known('claude-opus-5-5'), used(0, 0)), 0)
})

test('a prompt above the length makes every token of its request dearer', () => {
  const haiku = known('claude-haiku-5-5')
  assert.is(costOf(haiku, used(100_000, million)), 0.01 + 0.5)
  assert.is(costOf(haiku, used(90_000, million, 10_001)), (90_000 * 0.5 + 10_001 * 0.05) / million + 2.5)
})

test('no call costs more than the highest cost of its size', () => {
  for (const model of ['claude-opus-5-5', 'claude-haiku-5-5', 'claude-fable-5-1']) {
    const highest = highestCostOf(known(model), 120_000, 5_000)
    for (const usage of [used(120_000, 5_000), used(0, 5_000, 0, 120_000), used(20_000, 10, 100_000)]) {
      assert.ok(costOf(known(model), usage) <= highest)
    }
  }
})

test('a dated model id has the price of its model, an unknown one has none, and the operator overrides both', () => {
  assert.equal(priceOf('claude-haiku-4-5-20251001'), priceOf('claude-haiku-4-5'))
  assert.is(priceOf('claude-imaginary-9'), undefined)
  const own: Price = { ...known('claude-opus-5-5'), model: 'claude-imaginary-9', input: 1, source: 'contract' }
  assert.equal(priceOf('claude-imaginary-9', new Map([[own.model, own]])), own)
})

test('prices of the configuration assume no saving by the cache that they do not state', () => {
  const prices = pricesOf({
    own: { input: 4, output: 8 },
    full: { input: 4, output: 8, cache_read: 1, cache_write: 6 },
  })
  assert.is(priceOf('own', prices)?.cacheRead, 4)
  assert.is(priceOf('own', prices)?.cacheWrite, 5)
  assert.is(priceOf('own', prices)?.source, 'configuration')
  assert.is(priceOf('full', prices)?.cacheRead, 1)
  assert.is(priceOf('full', prices)?.cacheWrite, 6)
})

test.run()
