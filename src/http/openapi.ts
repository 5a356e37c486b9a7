/**
 * The OpenAPI 3.1 document, made of the table of routes: paths, parameters, bodies and answers are the very codecs that
 * decode and encode them. Nothing is described here that a route does not say of itself.
 */
import * as t from 'io-ts'
import { ClosedType } from '../core/closed.js'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import { jsonSchemaOf } from '../core/json-schema.js'
import { REFUSAL_STATUS } from './refusal-status.js'
import type { Route } from './route.js'
import { NamedType } from './shape.js'

export interface DocumentParts {
  readonly version: string
  /** Routes with where they hang: `/api/v1`. */
  readonly routes: ReadonlyArray<{ readonly base: string; readonly route: Route }>
}

export const openApiDocument = ({ version, routes }: DocumentParts): JsonObject => {
  const paths: Record<string, Record<string, Json>> = {}
  const schemas = new Map<string, JsonObject>([['Problem', PROBLEM]])
  for (const { base, route } of routes) {
    const path = (base + route.path).replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method]: operationOf(route) }
    for (const codec of [route.answer, route.body]) if (codec !== undefined) collect(codec, schemas)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tasker ES',
      version,
      description:
        'Durable workflows on a Postgres event log, in which a language model plans and the system executes.',
    },
    servers: [{ url: '/' }],
    security: [{}, { key: [] }],
    tags: [...new Set(routes.map(({ route }) => route.tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'an API key or a JWT; needed from beyond this machine' },
      },
      schemas: Object.fromEntries([...schemas].sort(([left], [right]) => (left < right ? -1 : 1))),
    },
  }
}

const PROBLEM: JsonObject = {
  type: 'object',
  description: 'RFC 9457; clients decide by code, which stays.',
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string' },
    request_id: { type: 'string' },
    errors: {
      type: 'array',
      description: 'each fault of an input, with its path',
      items: {
        type: 'object',
        properties: { path: { type: 'string' }, message: { type: 'string' }, code: { type: 'string' } },
        required: ['path', 'message'],
      },
    },
  },
  required: ['type', 'title', 'status', 'code', 'detail', 'request_id'],
}

const operationOf = (route: Route): JsonObject => ({
  operationId: route.id,
  tags: [route.tag],
  summary: route.summary,
  ...(route.description === undefined ? {} : { description: route.description }),
  ...(route.permission === undefined ? {} : { 'x-permission': route.permission }),
  ...(route.isProbe === true ? { security: [] } : {}),
  parameters: [...pathParameters(route), ...queryParameters(route.query), ...headerParameters(route)],
  ...(route.body === undefined
    ? {}
    : { requestBody: { required: true, content: { 'application/json': { schema: jsonSchemaOf(route.body) } } } }),
  responses: { ...goodAnswers(route), ...badAnswers(route) },
})

const pathParameters = ({ path }: Route): ReadonlyArray<JsonObject> =>
  [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: name === 'id' ? { type: 'string', format: 'uuid' } : { type: 'string' },
  }))

/** A list may be given by commas or several times. */
const queryParameters = (codec: ClosedType<unknown> | undefined): ReadonlyArray<JsonObject> => {
  const { properties = {}, required = [] } = codec === undefined ? {} : jsonSchemaOf(codec)
  const names = Array.isArray(required) ? required : []
  return Object.entries(isJsonObject(properties) ? properties : {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: names.includes(name),
    ...(isJsonObject(schema) && schema.type === 'array' ? { style: 'form', explode: false } : {}),
    schema,
  }))
}

const headerParameters = (route: Route): ReadonlyArray<JsonObject> => [
  ...Object.entries(route.headers ?? {}).map(([name, description]) => headerOf(name, description)),
  ...(route.method === 'get' && route.produces === undefined
    ? [headerOf('If-None-Match', 'the ETag of an answer that is known: 304 where nothing has changed')]
    : []),
]

const headerOf = (name: string, description: string): JsonObject => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: { type: 'string' },
})

const goodAnswers = (route: Route): JsonObject => {
  const { statuses = [200], answer, produces = 'application/json' } = route
  const schema = answer === undefined ? { type: 'string' } : jsonSchemaOf(answer)
  const isPolled = route.method === 'get' && route.produces === undefined
  return {
    ...Object.fromEntries(
      statuses.map((status) => [
        String(status),
        {
          description: SAID[status] ?? 'The answer',
          ...(isPolled ? { headers: { ETag: { schema: { type: 'string' } } } } : {}),
          content: { [produces]: { schema } },
        },
      ]),
    ),
    ...(isPolled ? { '304': { description: 'Nothing has changed' } } : {}),
  }
}

const SAID: Readonly<Record<number, string>> = {
  200: 'As asked',
  201: 'Created',
  202: 'It goes on',
  503: 'Not ready',
}

const REFUSED_CREDENTIALS = [
  'not_authenticated',
  'credential_malformed',
  'key_unknown',
  'key_expired',
  'key_revoked',
  'token_expired',
  'token_invalid',
  'tokens_unknown',
]

/** By status, with the codes that are to be expected. */
const badAnswers = (route: Route): JsonObject => {
  const codes = new Map<number, string[]>()
  const add = (status: number, code: string): void => void codes.set(status, [...(codes.get(status) ?? []), code])
  add(400, 'invalid_query')
  add(403, 'cross_site')
  add(421, 'host_not_allowed')
  if (route.isProbe !== true) {
    for (const code of REFUSED_CREDENTIALS) add(401, code)
    for (const code of ['too_many_requests', 'too_many_attempts']) add(429, code)
    for (const code of ['jwks_unreadable', 'access_unknown']) add(503, code)
  }
  if (route.permission !== undefined) add(403, 'forbidden')
  if (route.body !== undefined) {
    for (const code of ['invalid_json', 'invalid_body', 'body_too_deep', 'invalid_text']) add(400, code)
    add(413, 'body_too_large')
    add(415, 'unsupported_media_type')
  }
  for (const code of route.refuses ?? []) add(REFUSAL_STATUS[code] ?? 422, code)
  const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
  const taken = route.statuses ?? []
  return Object.fromEntries(
    [...codes]
      .filter(([status]) => !taken.includes(status))
      .sort(([left], [right]) => left - right)
      .map(([status, known]) => [String(status), { description: known.join(', '), content: problem }]),
  )
}

/** Every codec with a name that stands in another one. */
const collect = (codec: t.Mixed, into: Map<string, JsonObject>): void => {
  if (codec instanceof NamedType) {
    if (into.has(codec.title)) return
    into.set(codec.title, codec.definition())
    return collect(codec.inner, into)
  }
  for (const part of partsOf(codec)) collect(part, into)
}

const partsOf = (codec: t.Mixed): ReadonlyArray<t.Mixed> => {
  if (codec instanceof ClosedType) return Object.values({ ...codec.required, ...codec.optional })
  if (codec instanceof t.InterfaceType || codec instanceof t.PartialType) return Object.values(codec.props)
  if (codec instanceof t.ArrayType || codec instanceof t.ReadonlyArrayType) return [codec.type]
  if (codec instanceof t.DictionaryType) return [codec.codomain]
  if (codec instanceof t.UnionType || codec instanceof t.IntersectionType) return codec.types
  return []
}
