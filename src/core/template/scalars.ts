/** The small values of a written template, each with its range in its name, because the name is what people are told. */
import * as t from 'io-ts'

const scalar = <A>(name: string, is: (value: unknown) => value is A): t.Type<A, A, unknown> =>
  new t.Type(name, is, (value, context) => (is(value) ? t.success(value) : t.failure(value, context)), t.identity)

export const integer = (min: number, max: number): t.Type<number, number, unknown> =>
  scalar(
    `a whole number from ${min} to ${max}`,
    (value): value is number => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
  )

export const numeric = (min: number, max: number): t.Type<number, number, unknown> =>
  scalar(
    `a number from ${min} to ${max}`,
    (value): value is number => typeof value === 'number' && value >= min && value <= max,
  )

/** Text of at least one character. A number or a date that was meant as text has to be quoted. */
export const text = (max: number): t.Type<string, string, unknown> =>
  scalar(
    `a text of 1 to ${max} characters (quote what YAML reads as a number)`,
    (value): value is string => typeof value === 'string' && value.length > 0 && value.length <= max,
  )

export const matching = (pattern: RegExp, said: string): t.Type<string, string, unknown> =>
  scalar(said, (value): value is string => typeof value === 'string' && pattern.test(value))

export const oneOf = <A extends string>(...values: ReadonlyArray<A>): t.Type<A, A, unknown> =>
  scalar(`one of ${values.join(', ')}`, (value): value is A => values.some((known) => known === value))
