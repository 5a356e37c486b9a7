/**
 * What a model costs, in US dollars per million tokens: the one table of prices. Cache writes are those that live five
 * minutes, the only ones that we make. A price that is out of date is overridden in the configuration's `prices`.
 */
import type { PlanUsage } from '../ports/planner.js'

export interface Rates {
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite: number
}

export interface Price extends Rates {
  readonly model: string
  /** The day on which the price was published or last checked. */
  readonly date: string
  readonly source: string
  /** Where a prompt above a length makes every token of its request dearer. */
  readonly longPrompt?: Rates & { readonly aboveTokens: number }
}

export type Prices = ReadonlyMap<string, Price>

/** Asked where neither the step nor the operator names a model. */
export const DEFAULT_MODEL = 'claude-opus-5-5'

const PUBLISHED = {
  date: '2026-10-24',
  source: 'Anthropic, Pricing, platform.claude.com/docs/en/about-claude/pricing',
} as const

const price = (model: string, input: number, output: number, cacheRead: number, cacheWrite: number): Price => ({
  model,
  input,
  output,
  cacheRead,
  cacheWrite,
  ...PUBLISHED,
})

const PRICES: Prices = new Map(
  [
    price('claude-fable-5-1', 10, 50, 0.25, 12.5),
    price('claude-fable-5', 10, 50, 1, 12.5),
    price('claude-mythos-5-1', 10, 50, 0.25, 12.5),
    price('claude-mythos-5', 10, 50, 1, 12.5),
    price('claude-opus-5-5', 4, 20, 0.2, 5),
    price('claude-opus-5', 5, 25, 0.5, 6.25),
    price('claude-opus-4-8', 5, 25, 0.5, 6.25),
    price('claude-opus-4-7', 5, 25, 0.5, 6.25),
    price('claude-opus-4-6', 5, 25, 0.5, 6.25),
    price('claude-opus-4-5', 5, 25, 0.5, 6.25),
    price('claude-sonnet-5-5', 2, 10, 0.1, 2.5),
    price('claude-sonnet-5', 2, 10, 0.2, 2.5),
    price('claude-sonnet-4-6', 3, 15, 0.3, 3.75),
    price('claude-sonnet-4-5', 3, 15, 0.3, 3.75),
    {
      ...price('claude-haiku-5-5', 0.1, 0.5, 0.01, 0.125),
      longPrompt: { aboveTokens: 100_000, input: 0.5, output: 2.5, cacheRead: 0.05, cacheWrite: 0.625 },
    },
    price('claude-haiku-4-5', 1, 5, 0.1, 1.25),
  ].map((row): [string, Price] => [row.model, row]),
)

/** Prices as the configuration writes them; where the cache has no price, no saving is assumed. */
export const pricesOf = (written: Readonly<Record<string, WrittenPrice>>): Prices =>
  new Map(
    Object.entries(written).map(([model, price]): [string, Price] => [
      model,
      {
        model,
        input: price.input,
        output: price.output,
        cacheRead: price.cache_read ?? price.input,
        cacheWrite: price.cache_write ?? price.input * CACHE_WRITE_RATIO,
        date: price.date ?? '',
        source: price.source ?? 'configuration',
      },
    ]),
  )

export interface WrittenPrice {
  readonly input: number
  readonly output: number
  readonly cache_read?: number
  readonly cache_write?: number
  readonly date?: string
  readonly source?: string
}

const CACHE_WRITE_RATIO = 1.25

/** The operator's price where there is one, else the published; a dated id (`…-20251001`) has its model's price. */
export const priceOf = (model: string, overrides: Prices = new Map()): Price | undefined => {
  const undated = model.replace(/-\d{8}$/, '')
  return overrides.get(model) ?? overrides.get(undated) ?? PRICES.get(undated)
}

/** The price of what a call used, in US dollars. */
export const costOf = (price: Price, usage: PlanUsage): number => {
  const rates = ratesFor(price, usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens)
  const micros =
    usage.inputTokens * rates.input +
    usage.outputTokens * rates.output +
    usage.cacheReadTokens * rates.cacheRead +
    usage.cacheWriteTokens * rates.cacheWrite
  return micros / 1_000_000
}

/** The most that a call of this size can cost: all its input may be written to the cache. */
export const highestCostOf = (price: Price, inputTokens: number, outputTokens: number): number => {
  const rates = ratesFor(price, inputTokens)
  return (inputTokens * Math.max(rates.input, rates.cacheWrite) + outputTokens * rates.output) / 1_000_000
}

/** The longest answer that the rest of the money pays for after the input at its dearest. */
export const affordableOutput = (price: Price, inputTokens: number, usd: number): number => {
  const { output } = ratesFor(price, inputTokens)
  return output === 0
    ? Number.POSITIVE_INFINITY
    : Math.floor(((usd - highestCostOf(price, inputTokens, 0)) * 1_000_000) / output)
}

const ratesFor = (price: Price, promptTokens: number): Rates =>
  price.longPrompt !== undefined && promptTokens > price.longPrompt.aboveTokens ? price.longPrompt : price
