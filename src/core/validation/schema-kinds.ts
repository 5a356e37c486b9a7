/**
 * What a JSON Schema says for certain about the values it describes: their kinds, and what stands at a simple path. Where
 * it says nothing for certain the answer is undefined, and nobody is refused for it.
 */
import { isJsonObject, type Json, type JsonObject } from '../json.js'
import type { PathStep } from '../simple-path.js'

const KINDS = ['null', 'boolean', 'number', 'string', 'array', 'object'] as const

export type Kind = (typeof KINDS)[number]

/** The kinds that a value may have; undefined where it may be anything. */
export const kindsOf = (schema: Json): ReadonlySet<Kind> | undefined => {
  if (!isJsonObject(schema)) return undefined
  const { type } = schema
  if (typeof type === 'string' || isList(type)) return kindsNamed(isList(type) ? type : [type])
  if (Object.hasOwn(schema, 'const')) return new Set([kindOf(schema.const ?? null)])
  if (isList(schema.enum)) return new Set(schema.enum.map(kindOf))
  const members = schema.anyOf ?? schema.oneOf
  if (!isList(members)) return undefined
  const all = members.map(kindsOf)
  return all.some((kinds) => kinds === undefined) ? undefined : new Set(all.flatMap((kinds) => [...(kinds ?? [])]))
}

export const kindOf = (value: Json): Kind => {
  if (value === null) return 'null'
  if (isList(value)) return 'array'
  switch (typeof value) {
    case 'boolean':
      return 'boolean'
    case 'number':
      return 'number'
    case 'string':
      return 'string'
    default:
      return 'object'
  }
}

/** What the schema says of the place that the steps lead to; `nothing` where it says that nothing can stand there. */
export const schemaAt = (schema: Json, steps: ReadonlyArray<PathStep>): Json | 'nothing' | undefined => {
  let at: Json | undefined = schema
  for (const step of steps) {
    const kinds: ReadonlySet<Kind> | undefined = at === undefined ? undefined : kindsOf(at)
    if (kinds !== undefined && !kinds.has(typeof step === 'number' ? 'array' : 'object')) return 'nothing'
    if (!isJsonObject(at)) return undefined
    const inner: Json | 'nothing' | undefined = typeof step === 'number' ? itemsOf(at) : propertyOf(at, step)
    if (inner === 'nothing' || inner === undefined) return inner
    at = inner
  }
  return at
}

/** What a schema says of the field at a path in a value, where it says it plainly. */
export const schemaOfField = (schema: Json, path: ReadonlyArray<string>): Json | undefined => {
  let at: Json | undefined = schema
  for (const key of path) {
    if (!isJsonObject(at)) return undefined
    const inner: Json | 'nothing' | undefined =
      isJsonObject(at.items) && /^\d+$/.test(key) ? at.items : propertyOf(at, key)
    if (inner === undefined || inner === 'nothing') return undefined
    at = inner
  }
  return at
}

const itemsOf = (schema: JsonObject): Json | undefined => (isJsonObject(schema.items) ? schema.items : undefined)

/** Only a schema that is all in one place is read: what `allOf` and its like add is not looked for. */
export const propertyOf = (schema: JsonObject, key: string): Json | 'nothing' | undefined => {
  if (COMPOUND.some((keyword) => Object.hasOwn(schema, keyword))) return undefined
  const { properties, additionalProperties } = schema
  if (isJsonObject(properties) && Object.hasOwn(properties, key)) return properties[key]
  if (additionalProperties === false) return 'nothing'
  return isJsonObject(additionalProperties) ? additionalProperties : undefined
}

const COMPOUND = ['allOf', 'anyOf', 'oneOf', '$ref', 'patternProperties', 'if']

const isList = (value: Json | undefined): value is ReadonlyArray<Json> => Array.isArray(value)

const kindsNamed = (types: ReadonlyArray<Json>): ReadonlySet<Kind> | undefined => {
  const kinds = new Set<Kind>()
  for (const type of types) {
    const kind = type === 'integer' ? 'number' : KINDS.find((known) => known === type)
    if (kind === undefined) return undefined
    kinds.add(kind)
  }
  return kinds
}
