/**
 * Codecs that limit what they accept and say so: each carries its own JSON Schema, so that a person, a model and the
 * decoder read one definition. They are the vocabulary of a handler's configuration, beside `closed`.
 */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { JsonObject } from './json.js'
import { jsonSchemaOf } from './json-schema.js'
import { SchemaType } from './schema-type.js'

const limited = <A>(name: string, schema: JsonObject, is: (value: unknown) => value is A): SchemaType<A> =>
  new SchemaType<A>(name, schema, is, (value, context) =>
    is(value) ? t.success(value) : t.failure(value, context, `must be ${name}`),
  )

/** The same codec with a sentence for those who read the schema. */
export const described = <A>(codec: t.Type<A, A, unknown>, description: string): SchemaType<A> =>
  new SchemaType<A>(codec.name, { ...jsonSchemaOf(codec), description }, codec.is, (value, context) => {
    const decoded = codec.validate(value, context)
    // The members of a union are numbers that no person wrote: it is told at its own place, in its own name.
    return E.isLeft(decoded) && codec instanceof t.UnionType
      ? t.failure(value, context, `must be ${codec.name}`)
      : decoded
  })

export const text = (limits: {
  readonly maxChars: number
  readonly minChars?: number
  readonly description?: string
}): SchemaType<string> => {
  const { maxChars, minChars = 1, description } = limits
  return limited(
    `a text of ${minChars} to ${maxChars} characters`,
    { type: 'string', minLength: minChars, maxLength: maxChars, ...(description === undefined ? {} : { description }) },
    (value): value is string => typeof value === 'string' && value.length >= minChars && value.length <= maxChars,
  )
}

export const integer = (limits: {
  readonly min: number
  readonly max: number
  readonly description?: string
}): SchemaType<number> => ranged('an integer', 'integer', Number.isInteger, limits)

export const quantity = (limits: {
  readonly min: number
  readonly max: number
  readonly description?: string
}): SchemaType<number> => ranged('a number', 'number', Number.isFinite, limits)

const ranged = (
  noun: string,
  type: string,
  fits: (value: number) => boolean,
  { min, max, description }: { readonly min: number; readonly max: number; readonly description?: string },
): SchemaType<number> =>
  limited(
    `${noun} from ${min} to ${max}`,
    { type, minimum: min, maximum: max, ...(description === undefined ? {} : { description }) },
    (value): value is number => typeof value === 'number' && fits(value) && value >= min && value <= max,
  )

export const oneOf = <const V extends ReadonlyArray<string>>(values: V, description?: string): SchemaType<V[number]> =>
  limited(
    `one of ${values.join(', ')}`,
    { enum: values, ...(description === undefined ? {} : { description }) },
    (value): value is V[number] => typeof value === 'string' && values.includes(value),
  )

/** An array of at most so many elements. */
export const listOf = <A>(
  item: t.Type<A, A, unknown>,
  limits: { readonly maxItems: number; readonly minItems?: number; readonly description?: string },
): SchemaType<ReadonlyArray<A>> => {
  const { maxItems, minItems = 0, description } = limits
  const codec = t.readonlyArray(item)
  const name = `an array of ${minItems} to ${maxItems} elements`
  const fits = (value: unknown) => Array.isArray(value) && value.length >= minItems && value.length <= maxItems
  const schema = {
    type: 'array',
    items: jsonSchemaOf(item),
    ...(minItems === 0 ? {} : { minItems }),
    maxItems,
    ...(description === undefined ? {} : { description }),
  }
  return new SchemaType<ReadonlyArray<A>>(
    name,
    schema,
    (value): value is ReadonlyArray<A> => fits(value) && codec.is(value),
    (value, context) => (fits(value) ? codec.validate(value, context) : t.failure(value, context, `must be ${name}`)),
  )
}

/** An object whose keys the author chooses, at most so many. */
export const mapOf = <A>(
  member: t.Type<A, A, unknown>,
  limits: { readonly maxKeys: number; readonly minKeys?: number; readonly description?: string },
): SchemaType<Readonly<Record<string, A>>> => {
  const { maxKeys, minKeys = 0, description } = limits
  const codec = t.record(t.string, member)
  const name = `an object of ${minKeys} to ${maxKeys} members`
  const fits = (value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    const keys = Object.keys(value).length
    return keys >= minKeys && keys <= maxKeys
  }
  const schema = {
    type: 'object',
    additionalProperties: jsonSchemaOf(member),
    ...(minKeys === 0 ? {} : { minProperties: minKeys }),
    maxProperties: maxKeys,
    ...(description === undefined ? {} : { description }),
  }
  return new SchemaType<Readonly<Record<string, A>>>(
    name,
    schema,
    (value): value is Readonly<Record<string, A>> => fits(value) && codec.is(value),
    (value, context) => (fits(value) ? codec.validate(value, context) : t.failure(value, context, `must be ${name}`)),
  )
}

/** What a rule has against a value whose shape is right: the key that is at fault, and what to do. */
export interface RuleProblem {
  readonly at: string
  readonly message: string
}

/** A codec with one rule over several keys; the rule is told in the schema's description. */
export const ruled = <A>(
  codec: t.Type<A, A, unknown>,
  description: string,
  rule: (value: A) => RuleProblem | undefined,
): SchemaType<A> =>
  new SchemaType<A>(
    codec.name,
    { ...jsonSchemaOf(codec), description },
    (value): value is A => codec.is(value) && rule(value) === undefined,
    (value, context) => {
      const decoded = codec.validate(value, context)
      if (E.isLeft(decoded)) return decoded
      const problem = rule(decoded.right)
      return problem === undefined
        ? decoded
        : t.failure(value, t.appendContext(context, problem.at, t.unknown), problem.message)
    },
  )
