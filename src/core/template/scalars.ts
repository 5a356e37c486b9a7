/** The small values of written templates and fragments, in short: each is a described codec with its range. */
import * as t from 'io-ts'
import * as described from '../described.js'
import { SchemaType } from '../schema-type.js'

export const integer = (min: number, max: number): SchemaType<number> => described.integer({ min, max })

export const numeric = (min: number, max: number): SchemaType<number> => described.quantity({ min, max })

/** Text of at least one character. */
export const text = (maxChars: number): SchemaType<string> => described.text({ maxChars })

export const oneOf = <const V extends ReadonlyArray<string>>(...values: V): SchemaType<V[number]> =>
  described.oneOf(values)

/** `said` is the pattern in words, as a person is told it. */
export const matching = (pattern: RegExp, said: string): SchemaType<string> => {
  const fits = (value: unknown): value is string => typeof value === 'string' && pattern.test(value)
  return new SchemaType<string>(said, { type: 'string', pattern: pattern.source }, fits, (value, context) =>
    fits(value) ? t.success(value) : t.failure(value, context, `must be ${said}`),
  )
}
