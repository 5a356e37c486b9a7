/**
 * Validation of many values with one JSON Schema, in the evaluator's process. The library compiles `pattern` with the
 * usual engine; while it works here, it finds the linear one under that name.
 */
import { type OutputUnit, type Schema, Validator } from '@cfworker/json-schema'
import { MAX_SCHEMA_FAULTS } from '../../src/core/limits.js'
import type { SchemaFault } from '../../src/ports/expressions.js'
import { compilePattern, type LinearPattern } from './linear-pattern.js'

export const validateEach = (
  schema: Schema,
  values: ReadonlyArray<unknown>,
): ReadonlyArray<ReadonlyArray<SchemaFault>> =>
  withLinearPatterns(() => {
    const validator = new Validator(schema, '2020-12', false)
    return values.map((value) => {
      const { valid, errors } = validator.validate(value)
      return valid ? [] : deepest(errors).slice(0, MAX_SCHEMA_FAULTS).map(faultOf)
    })
  })

/** Stands in for `RegExp`; compiled once a pattern, for the library makes one a value. */
class LinearRegExp {
  static readonly compiled = new Map<string, LinearPattern>()
  private readonly pattern: LinearPattern

  constructor(pattern: string) {
    this.pattern = LinearRegExp.compiled.get(pattern) ?? compilePattern(pattern)
    LinearRegExp.compiled.set(pattern, this.pattern)
  }

  test(text: string): boolean {
    return this.pattern.test(text)
  }
}

const withLinearPatterns = <A>(work: () => A): A => {
  const usual = globalThis.RegExp
  Reflect.set(globalThis, 'RegExp', LinearRegExp)
  try {
    return work()
  } finally {
    globalThis.RegExp = usual
    LinearRegExp.compiled.clear()
  }
}

/**
 * The library tells each fault once more at every place above it; only the deepest are worth reading. Not below a choice
 * (`anyOf`, `oneOf`, `not`), whose members' faults are no faults of the value.
 */
const deepest = (errors: ReadonlyArray<OutputUnit>): ReadonlyArray<OutputUnit> => {
  const choices = errors.filter(({ keyword }) => CHOICES.has(keyword))
  const told = errors.filter((error) => !choices.some((choice) => choice !== error && isBelow(error, choice)))
  const parents = new Set(
    told.flatMap(({ instanceLocation, keyword }) => (PASSES_ON.has(keyword) ? [] : ancestorsOf(instanceLocation))),
  )
  const leaves = told.filter(
    ({ keyword, instanceLocation }) => !PASSES_ON.has(keyword) || !parents.has(instanceLocation),
  )
  return leaves.length > 0 ? leaves : told
}

const CHOICES = new Set(['anyOf', 'oneOf', 'not'])
/** Keywords whose fault only says that something below them is at fault. */
const PASSES_ON = new Set([
  'properties',
  'patternProperties',
  'additionalProperties',
  'unevaluatedProperties',
  'items',
  'prefixItems',
  'additionalItems',
  'unevaluatedItems',
  '$ref',
  '$dynamicRef',
  '$recursiveRef',
  'allOf',
  'dependentSchemas',
  'if',
])

const isBelow = (error: OutputUnit, choice: OutputUnit): boolean =>
  error.keywordLocation.startsWith(`${choice.keywordLocation}/`)

/** The place itself and every place above it. */
const ancestorsOf = (location: string): ReadonlyArray<string> => {
  const parts = location.split('/')
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

const faultOf = ({ instanceLocation, keyword, error }: OutputUnit): SchemaFault => ({
  path: instanceLocation
    .split('/')
    .slice(1)
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.'),
  message: keyword === 'false' ? 'is not allowed here' : error,
})
