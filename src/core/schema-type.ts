/** A codec that carries its own JSON Schema, because its limits cannot be read off its shape. */
import * as t from 'io-ts'
import type { JsonObject } from './json.js'

export class SchemaType<A> extends t.Type<A, A, unknown> {
  readonly _tag = 'SchemaType' as const
  constructor(
    name: string,
    readonly schema: JsonObject,
    is: t.Is<A>,
    validate: t.Validate<unknown, A>,
  ) {
    super(name, is, validate, t.identity)
  }
}
