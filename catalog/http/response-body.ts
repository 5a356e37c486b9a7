/** What a response means as JSON: its body by its type, the headers that are of use, and when to try again. */
import { isJsonObject, type Json, type JsonObject } from '../../src/core/json.js'
import { MAX_JSON_DEPTH } from '../../src/core/limits.js'
import { StepFailure } from '../../src/ports/handler.js'
import type { HttpResponse } from './http-client.js'

const SHOWN_HEADERS = new Set([
  'cache-control',
  'content-language',
  'content-type',
  'date',
  'etag',
  'last-modified',
  'link',
  'location',
  'retry-after',
  'x-request-id',
])

/** Only these become part of the result: others are of no use to a plan, and cookies are nobody's business. */
export const headersOf = ({ headers }: HttpResponse): JsonObject =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => SHOWN_HEADERS.has(name) || name.startsWith('x-ratelimit-')),
  )

/** Parsed where it says that it is JSON, a text where it is one, `{base64}` for anything else; null where it is empty. */
export const bodyOf = ({ body, headers }: HttpResponse): Json => {
  if (body.length === 0) return null
  const type = headers['content-type'] ?? ''
  const text = textOf(body, /charset="?([^";\s]+)/i.exec(type)?.[1] ?? 'utf-8')
  if (text === undefined) return { base64: body.toString('base64') }
  return /^application\/(?:[\w.-]+\+)?json\b/i.test(type.trim()) ? parse(text) : text
}

const textOf = (body: Buffer, charset: string): string | undefined => {
  try {
    const text = new TextDecoder(charset, { fatal: true }).decode(body)
    // The log keeps no NUL, and no text has one.
    return text.includes('\0') ? undefined : text
  } catch {
    // Neither the bytes of that charset, nor a charset that is known: it is kept as bytes.
    return undefined
  }
}

const parse = (text: string): Json => {
  const parsed = parseJson(text)
  if (parsed.kind === 'json' && nestsWithin(parsed.value, MAX_JSON_DEPTH)) return parsed.value
  const problem = parsed.kind === 'json' ? `nests deeper than ${MAX_JSON_DEPTH}` : parsed.problem
  throw new StepFailure('response_unreadable', `the response says it is JSON, and ${problem}`, { retryable: false })
}

type Parsed = { readonly kind: 'json'; readonly value: Json } | { readonly kind: 'fault'; readonly problem: string }

const parseJson = (text: string): Parsed => {
  try {
    return { kind: 'json', value: JSON.parse(text) }
  } catch (error) {
    return { kind: 'fault', problem: `is not: ${error instanceof Error ? error.message : String(error)}` }
  }
}

const nestsWithin = (value: Json, depth: number): boolean => {
  if (depth === 0) return false
  if (Array.isArray(value)) return value.every((element: Json) => nestsWithin(element, depth - 1))
  return !isJsonObject(value) || Object.values(value).every((member) => nestsWithin(member, depth - 1))
}

/** Seconds or a date (RFC 9110, 10.2.3), as milliseconds from now; undefined where it is neither. */
export const retryAfterMs = (value: string | undefined, nowMs: number): number | undefined => {
  const written = value?.trim() ?? ''
  if (/^\d{1,9}$/.test(written)) return Number(written) * 1000
  const date = /[a-z]/i.test(written) ? Date.parse(written) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs)
}
