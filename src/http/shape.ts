/**
 * What an answer holds, as a codec: the names of its keys in JSON, its types, and its name in the OpenAPI document. The
 * library's own values say the same in camelCase; `shaped` writes them as the codec wants them, and `unshaped` reads
 * them back. Keys that people or models chose stand under `t.unknown` and are never touched.
 */
import * as t from 'io-ts'
import { jsonSchemaOf } from '../core/json-schema.js'
import { SchemaType } from '../core/schema-type.js'

/** A codec that the OpenAPI document knows by name. */
export class NamedType<A> extends SchemaType<A> {
  constructor(
    readonly title: string,
    readonly inner: t.Type<A, A, unknown>,
  ) {
    super(title, { $ref: `#/components/schemas/${title}` }, inner.is, inner.validate)
  }

  /** What stands under its name. */
  definition() {
    return jsonSchemaOf(this.inner)
  }
}

export const named = <A>(title: string, inner: t.Type<A, A, unknown>): NamedType<A> => new NamedType(title, inner)

/** The codec or null; a schema of one of the two. */
export const orNull = <C extends t.Mixed>(codec: C): t.UnionC<[C, t.NullC]> => t.union([codec, t.null])

export const list = <C extends t.Mixed>(codec: C): t.ReadonlyArrayC<C> => t.readonlyArray(codec)

/** A page of a list; `next_cursor` is null where it was the last. */
export const pageOf = <A>(title: string, item: t.Type<A, A, unknown>) =>
  named(title, t.type({ items: t.readonlyArray(item), next_cursor: orNull(t.string) }))

type Camel<Key extends string> = Key extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : Key

/** A value of the codec's type, in the library's names. */
export type Plain<A> = A extends string | number | boolean | null | undefined
  ? A
  : A extends ReadonlyArray<infer Item>
    ? ReadonlyArray<Plain<Item>>
    : A extends object
      ? { readonly [Key in keyof A as Key extends string ? Camel<Key> : Key]: Plain<A[Key]> }
      : A

/** The library's value as JSON with the codec's keys; what the codec does not name is left out. */
export const shaped = <A>(codec: t.Type<A, A, unknown>, value: Plain<A>): A => renamed(codec, value, 'out') as A

/** The other way round. */
export const unshaped = <A>(codec: t.Type<A, A, unknown>, value: A): Plain<A> => renamed(codec, value, 'in') as Plain<A>

const renamed = (codec: t.Mixed, value: unknown, way: 'in' | 'out'): unknown => {
  if (codec instanceof NamedType) return renamed(codec.inner, value, way)
  if (value === null || typeof value !== 'object') return value
  if (codec instanceof t.ArrayType || codec instanceof t.ReadonlyArrayType) {
    return Array.isArray(value) ? value.map((item) => renamed(codec.type, item, way)) : value
  }
  if (codec instanceof t.DictionaryType) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renamed(codec.codomain, item, way)]))
  }
  if (codec instanceof t.UnionType) {
    const member = codec.types.find((type: t.Mixed) => !(type instanceof t.NullType))
    return member === undefined ? value : renamed(member, value, way)
  }
  if (codec instanceof t.IntersectionType) {
    return Object.assign({}, ...codec.types.map((type: t.Mixed) => renamed(type, value, way)))
  }
  return codec instanceof t.InterfaceType || codec instanceof t.PartialType ? members(codec.props, value, way) : value
}

const members = (props: t.Props, value: object, way: 'in' | 'out'): object => {
  const entries = Object.entries(props).map(([key, prop]): [string, unknown] => {
    const plain = camelCased(key)
    const [from, to] = way === 'out' ? [plain, key] : [key, plain]
    return [to, renamed(prop, Reflect.get(value, from), way)]
  })
  return Object.fromEntries(entries.filter(([, member]) => member !== undefined))
}

const camelCased = (key: string): string => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
