/** The query of a request, as its codec wants it: numbers and lists are texts there, and are told by the codec's schema. */
import * as E from 'fp-ts/lib/Either.js'
import { type ClosedType, decode } from '../core/closed.js'
import { isJsonObject, type Json } from '../core/json.js'
import { jsonSchemaOf } from '../core/json-schema.js'
import { MAX_QUERY_CHARS } from './limits.js'
import { HttpProblem } from './problem.js'

/** Throws an `HttpProblem` (`invalid_query`) with everything that is wrong. */
export const readQuery = <A>(url: string, codec: ClosedType<A> | undefined): A | undefined => {
  const { search, searchParams } = new URL(url)
  if (search.length > MAX_QUERY_CHARS) {
    throw new HttpProblem({ status: 400, code: 'invalid_query', detail: `the query is longer than ${MAX_QUERY_CHARS}` })
  }
  const properties = propertiesOf(codec)
  const written: Record<string, unknown> = {}
  for (const key of new Set(searchParams.keys())) {
    Object.defineProperty(written, key, { value: coerced(searchParams.getAll(key), properties[key]), enumerable: true })
  }
  if (codec === undefined) {
    const [first] = Object.keys(written)
    if (first === undefined) return undefined
    throw invalid([{ path: first, message: 'unknown key; there is no query here' }])
  }
  const decoded = decode(codec, written)
  if (E.isLeft(decoded)) throw invalid(decoded.left)
  return decoded.right
}

const invalid = (errors: ReadonlyArray<{ readonly path: string; readonly message: string }>): HttpProblem => {
  const detail = errors.map(({ path, message }) => `${path}: ${message}`).join('; ')
  return new HttpProblem({ status: 400, code: 'invalid_query', detail, errors })
}

const propertiesOf = <A>(codec: ClosedType<A> | undefined): Readonly<Record<string, Json>> => {
  const properties = codec === undefined ? {} : jsonSchemaOf(codec).properties
  return isJsonObject(properties) ? properties : {}
}

const coerced = (texts: ReadonlyArray<string>, schema: Json | undefined): unknown => {
  const type = isJsonObject(schema) ? schema.type : undefined
  if (type === 'array') return texts.flatMap((text) => text.split(',')).filter((text) => text !== '')
  if (texts.length > 1) return texts
  const [text = ''] = texts
  if ((type === 'integer' || type === 'number') && /^-?\d+(?:\.\d+)?$/.test(text)) return Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}
