/**
 * `catalog:http_request`: one request through the checked client. The URL, the headers and the body come with references
 * and secrets resolved; where the request may go is the client's to judge, never this file's.
 */
import * as t from 'io-ts'
import { closed } from '../src/core/closed.js'
import { integer, listOf, mapOf, oneOf, ruled, text } from '../src/core/described.js'
import type { JsonObject } from '../src/core/json.js'
import {
  DEFAULT_HTTP_TIMEOUT_MS,
  DEFAULT_REDIRECTS,
  DEFAULT_RESPONSE_BYTES,
  MAX_BODY_CHARS,
  MAX_HEADER_CHARS,
  MAX_HEADERS,
  MAX_HTTP_TIMEOUT_SECONDS,
  MAX_MAPPINGS,
  MAX_REDIRECTS,
  MAX_RESPONSE_BYTES,
  MAX_URL_CHARS,
} from '../src/core/limits.js'
import type { HandlerContext } from '../src/ports/handler.js'
import { defineHandler } from './define-handler.js'
import { data, expression, seconds } from './fields.js'
import { requestHeaders } from './http/request-headers.js'
import { bodyOf, headersOf } from './http/response-body.js'
import { HTTP_ERRORS, responseOrFail, unexpectedStatus } from './http/response-failure.js'
import { sendTraced } from './http/traced-request.js'
import { ANYTHING, objectOf } from './result-schema.js'
import type { CatalogTools } from './tools.js'
import { EXPRESSION_ERRORS, orFail } from './working-data.js'

const queryValue = t.union([t.string, t.number, t.boolean], 'a text, a number or a boolean')

const request = closed(
  {
    url: text({
      maxChars: MAX_URL_CHARS,
      description: 'http or https. Host and port written out; references may stand in path and query.',
    }),
  },
  {
    method: oneOf(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'], 'GET where absent.'),
    headers: mapOf(text({ maxChars: MAX_HEADER_CHARS }), { maxKeys: MAX_HEADERS, description: 'By name.' }),
    query: mapOf(queryValue, { maxKeys: MAX_MAPPINGS, description: 'Added to the query of the URL, encoded.' }),
    body: text({ maxChars: MAX_BODY_CHARS, description: 'A text, sent as it is.' }),
    json: data('Sent as JSON.'),
    expected_status: listOf(integer({ min: 100, max: 599 }), {
      minItems: 1,
      maxItems: 50,
      description:
        'Statuses that are a success: 200 to 299 where absent. Add 404 to tell what is not found by its status.',
    }),
    extract: expression('Over the body: its value becomes the whole result, instead of {status, headers, body}.'),
    max_bytes: integer({ min: 1, max: MAX_RESPONSE_BYTES, description: `${DEFAULT_RESPONSE_BYTES} where absent.` }),
    max_redirects: integer({ min: 0, max: MAX_REDIRECTS, description: `${DEFAULT_REDIRECTS} where absent.` }),
    timeout_seconds: seconds(MAX_HTTP_TIMEOUT_SECONDS, `${DEFAULT_HTTP_TIMEOUT_MS / 1000} where absent.`),
  },
)

const config = ruled(request, 'Either body or json, and neither with GET or HEAD.', (value) => {
  if (value.body !== undefined && value.json !== undefined) {
    return { at: 'json', message: 'stands beside body; send one of them' }
  }
  const method = value.method ?? 'GET'
  const bodyKey = value.body === undefined ? 'json' : 'body'
  return (method === 'GET' || method === 'HEAD') && value[bodyKey] !== undefined
    ? { at: bodyKey, message: `cannot be sent with ${method}; use query, or another method` }
    : undefined
})

const inputs = closed(
  {},
  {
    json: data('Sent as JSON, in place of config.json.'),
    query: mapOf(queryValue, { maxKeys: MAX_MAPPINGS, description: 'Added to config.query.' }),
  },
)

type Config = t.TypeOf<typeof config>
type Inputs = t.TypeOf<typeof inputs>

/** Of a body that was not expected: what a server says is wrong mostly stands at its beginning. */
const SHOWN_BODY_CHARS = 1_000

const RESPONSE = objectOf({
  status: { type: 'integer' },
  headers: { type: 'object', additionalProperties: { type: 'string' } },
  body: ANYTHING,
})

export const httpRequest = ({ http, expressions }: CatalogTools) =>
  defineHandler({
    name: 'catalog:http_request',
    summary:
      'Sends one HTTP request. The result is {status, headers, body}, body parsed where it is JSON, or what extract finds in the body. Any status that is not expected fails the step: 408, 425, 429 and 5xx are tried again (Retry-After is honoured), others are not.',
    config,
    inputs,
    output: data('{status, headers, body}, or with extract the value that it finds.'),
    outputFor: ({ extract }) => (extract === undefined ? RESPONSE : undefined),
    errors: [
      ...HTTP_ERRORS,
      { code: 'too_many_redirects', retryable: false, when: 'the server redirects more than max_redirects times' },
      { code: 'response_too_large', retryable: false, when: 'the response has more than max_bytes' },
      {
        code: 'response_unreadable',
        retryable: false,
        when: 'the response is packed or nested in a way that cannot be read',
      },
      ...EXPRESSION_ERRORS,
    ],
    hints: { network: true, latency: 'slow', idempotent: true, cost: 'low' },
    fields: { urls: ['url'], secrets: ['headers.*', 'body', 'json.**'], expressions: ['extract'] },
    stepTypes: ['standard', 'batch_worker', 'deferred_convergence'],
    run: async ({ config, inputs, context }) => {
      const response = responseOrFail(await sendTraced(http, requestOf(config, inputs, context), context.trace))
      if (!isExpected(config, response.status)) {
        throw unexpectedStatus(response, { bodyChars: SHOWN_BODY_CHARS, mask: context.mask })
      }
      // Before anything looks into it: an expression could take a secret to pieces that nobody knows for what they are.
      const body = context.maskJson(bodyOf(response))
      if (config.extract !== undefined) return orFail(await expressions.evaluate(config.extract, body))
      return { status: response.status, headers: headersOf(response), body }
    },
  })

const requestOf = (config: Config, inputs: Inputs, context: HandlerContext) => {
  const method = config.method ?? 'GET'
  const sent = inputs.json ?? config.json
  const body = sent === undefined ? config.body : JSON.stringify(sent)
  const kind = sent === undefined ? 'text/plain; charset=utf-8' : 'application/json'
  return {
    url: withQuery(config.url, { ...config.query, ...inputs.query }),
    method,
    headers: requestHeaders(config.headers ?? {}, {
      accept: 'application/json, */*;q=0.5',
      ...(body === undefined ? {} : { 'content-type': kind }),
      ...(method === 'GET' || method === 'HEAD' ? {} : { 'idempotency-key': context.idempotencyKey }),
    }),
    body,
    policy: context.network,
    maxBytes: config.max_bytes ?? DEFAULT_RESPONSE_BYTES,
    maxRedirects: config.max_redirects ?? DEFAULT_REDIRECTS,
    timeoutMs: config.timeout_seconds === undefined ? DEFAULT_HTTP_TIMEOUT_MS : config.timeout_seconds * 1000,
    signal: context.signal,
    holdsSecret: (text: string) => context.mask(text) !== text,
  }
}

const withQuery = (url: string, query: JsonObject): string => {
  const entries = Object.entries(query)
  // What is no URL is left for the client to refuse in its own words.
  if (entries.length === 0 || !URL.canParse(url)) return url
  const parsed = new URL(url)
  for (const [name, value] of entries) parsed.searchParams.append(name, String(value))
  return parsed.href
}

const isExpected = ({ expected_status: expected }: Config, status: number): boolean =>
  expected === undefined ? status >= 200 && status < 300 : expected.includes(status)
