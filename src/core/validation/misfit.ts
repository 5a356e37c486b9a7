/**
 * Whether what one schema describes can be what another one asks for. Only what is certain counts: kinds that do not
 * meet, values that do not, a member that is needed and can never be there. A value that may also be null gets the benefit
 * of the doubt, and a list is taken to have elements.
 */
import { isJsonObject, type Json, type JsonObject } from '../json.js'
import { type Kind, kindsOf, propertyOf } from './schema-kinds.js'

export interface Misfit {
  /** From the value that is given to the place that does not fit; empty for the value itself. */
  readonly path: ReadonlyArray<string>
  readonly takes: string
  readonly gives: string
}

export const misfit = (given: Json, expected: Json): Misfit | undefined => {
  if (!isJsonObject(given) || !isJsonObject(expected)) return undefined
  const [gives, takes] = [kindsOf(given), kindsOf(expected)]
  if (gives !== undefined && takes !== undefined && !meet(gives, takes)) {
    return { path: [], takes: named(takes), gives: named(gives) }
  }
  const choices = expected.anyOf ?? expected.oneOf
  if (isList(choices)) {
    const misfits = choices.map((choice) => misfit(given, choice))
    return misfits.every((one) => one !== undefined) ? misfits[0] : undefined
  }
  return (
    valueMisfit(given, expected) ??
    (isOnly(gives, 'object') ? memberMisfit(given, expected) : elementMisfit(given, expected, gives))
  )
}

const meet = (one: ReadonlySet<Kind>, other: ReadonlySet<Kind>): boolean => [...one].some((kind) => other.has(kind))

const named = (kinds: ReadonlySet<Kind>): string => [...kinds].sort().join(', ')

const isOnly = (kinds: ReadonlySet<Kind> | undefined, kind: Kind): boolean =>
  kinds?.has(kind) === true && [...kinds].every((one) => one === kind || one === 'null')

/** Two lists of the values that may be. */
const valueMisfit = (given: JsonObject, expected: JsonObject): Misfit | undefined => {
  const [gives, takes] = [valuesOf(given), valuesOf(expected)]
  if (gives === undefined || takes === undefined || gives.some((value) => takes.includes(value))) return undefined
  return { path: [], takes: takes.join(' | '), gives: gives.join(' | ') }
}

const valuesOf = ({ const: only, enum: several }: JsonObject): ReadonlyArray<string> | undefined => {
  if (only !== undefined) return [JSON.stringify(only)]
  return isList(several) ? several.map((value) => JSON.stringify(value)) : undefined
}

const memberMisfit = (given: JsonObject, expected: JsonObject): Misfit | undefined => {
  const needed = namesIn(expected.required)
  const sure = new Set(namesIn(given.required))
  for (const name of needed) {
    if (propertyOf(given, name) === 'nothing') return { path: [name], takes: 'a value', gives: 'nothing' }
  }
  const known = isJsonObject(expected.properties) ? expected.properties : {}
  for (const [name, wanted] of Object.entries(known)) {
    const has = propertyOf(given, name)
    if (has === undefined || has === 'nothing' || !(sure.has(name) || needed.includes(name))) continue
    const inner = misfit(has, wanted)
    if (inner !== undefined) return { ...inner, path: [name, ...inner.path] }
  }
  const foreign =
    expected.additionalProperties === false ? [...sure].find((name) => !Object.hasOwn(known, name)) : undefined
  return foreign === undefined ? undefined : { path: [foreign], takes: 'nothing', gives: 'a value' }
}

const elementMisfit = (
  given: JsonObject,
  expected: JsonObject,
  gives: ReadonlySet<Kind> | undefined,
): Misfit | undefined => {
  if (!isOnly(gives, 'array') || given.items === undefined || expected.items === undefined) return undefined
  const inner = misfit(given.items, expected.items)
  return inner === undefined ? undefined : { ...inner, path: ['*', ...inner.path] }
}

const namesIn = (value: Json | undefined): ReadonlyArray<string> =>
  isList(value) ? value.filter((name): name is string => typeof name === 'string') : []

const isList = (value: Json | undefined): value is ReadonlyArray<Json> => Array.isArray(value)
