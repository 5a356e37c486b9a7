/**
 * JSON Schema derived from a codec: what planners are shown is what the decoder accepts. A codec that this file cannot
 * express is refused when a handler is defined, for an empty schema would promise that anything will do.
 */
import * as t from 'io-ts'
import { ClosedType } from './closed.js'
import { json, jsonObject } from './events/codecs.js'
import type { Json, JsonObject } from './json.js'
import { SchemaType } from './schema-type.js'

/** Thrown at definition time; `path` is where in the codec the inexpressible part stands. */
export class InexpressibleCodec extends Error {
  readonly code = 'codec_not_expressible'
  constructor(
    readonly path: string,
    codec: string,
  ) {
    super(
      `${path === '' ? 'the codec' : `the codec at "${path}"`} is ${codec}, which has no JSON Schema here; use closed, text, integer, quantity, oneOf, listOf, mapOf, described, ruled or the plain codecs of io-ts`,
    )
    this.name = 'InexpressibleCodec'
  }
}

export const jsonSchemaOf = (codec: t.Mixed): JsonObject => schemaAt(codec, '')

const schemaAt = (codec: t.Mixed, path: string): JsonObject => {
  if (codec instanceof SchemaType) return codec.schema
  if (codec instanceof ClosedType) return closedSchema(codec.required, codec.optional, path)
  return plainSchema(codec) ?? compoundSchema(codec, path)
}

const plainSchema = (codec: t.Mixed): JsonObject | undefined => {
  if (codec === json || codec instanceof t.UnknownType) return {}
  if (codec === jsonObject || codec instanceof t.AnyDictionaryType) return { type: 'object' }
  if (codec instanceof t.StringType) return { type: 'string' }
  if (codec instanceof t.NumberType) return { type: 'number' }
  if (codec instanceof t.BooleanType) return { type: 'boolean' }
  if (codec instanceof t.NullType) return { type: 'null' }
  if (codec instanceof t.AnyArrayType) return { type: 'array' }
  if (codec instanceof t.LiteralType) return { const: codec.value }
  if (codec instanceof t.KeyofType) return { enum: Object.keys(codec.keys) }
  return undefined
}

const compoundSchema = (codec: t.Mixed, path: string): JsonObject => {
  if (codec instanceof t.ArrayType || codec instanceof t.ReadonlyArrayType) {
    return { type: 'array', items: schemaAt(codec.type, below(path, '*')) }
  }
  if (codec instanceof t.DictionaryType) {
    return { type: 'object', additionalProperties: schemaAt(codec.codomain, below(path, '*')) }
  }
  if (codec instanceof t.InterfaceType) return openSchema(codec.props, Object.keys(codec.props), path)
  if (codec instanceof t.PartialType) return openSchema(codec.props, [], path)
  if (codec instanceof t.UnionType) return { anyOf: eachOf(codec.types, path) }
  if (codec instanceof t.IntersectionType) return { allOf: eachOf(codec.types, path) }
  if (codec instanceof t.ReadonlyType) return schemaAt(codec.type, path)
  throw new InexpressibleCodec(path, codec.name)
}

const below = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

const eachOf = (types: ReadonlyArray<t.Mixed>, path: string): ReadonlyArray<Json> =>
  types.map((type) => schemaAt(type, path))

const propertiesOf = (props: t.Props, path: string): JsonObject =>
  Object.fromEntries(Object.entries(props).map(([key, prop]) => [key, schemaAt(prop, below(path, key))]))

const openSchema = (props: t.Props, required: ReadonlyArray<string>, path: string): JsonObject => ({
  type: 'object',
  properties: propertiesOf(props, path),
  ...(required.length === 0 ? {} : { required }),
})

const closedSchema = (required: t.Props, optional: t.Props, path: string): JsonObject => ({
  ...openSchema({ ...required, ...optional }, Object.keys(required), path),
  additionalProperties: false,
})
