/**
 * Small codecs that several event types share. Stored events are open: an unknown key is kept by the log and ignored
 * here, so that a newer process may add one.
 */
import * as t from 'io-ts'
import type { Json, JsonObject } from '../json.js'

/** Anything that came out of `JSON.parse`: already JSON, so there is nothing to check. */
export const json = new t.Type<Json, Json, unknown>(
  'json',
  (value): value is Json => value !== undefined,
  (value, context) => (value === undefined ? t.failure(value, context, 'is missing') : t.success(value as Json)),
  t.identity,
)

export const jsonObject = new t.Type<JsonObject, JsonObject, unknown>(
  'json object',
  (value): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value),
  (value, context) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? t.success(value as JsonObject)
      : t.failure(value, context, 'is no object'),
  t.identity,
)

export const content = t.union([t.type({ digest: t.string, bytes: t.number }), t.type({ value: json })])

export const stepError = t.intersection([t.type({ code: t.string, message: t.string }), t.partial({ details: json })])

export const usage = t.type({
  steps: t.number,
  phases: t.number,
  plannerCalls: t.number,
  tokens: t.number,
  costUsd: t.number,
})

export const nullable = <A, O>(codec: t.Type<A, O>) => t.union([codec, t.null])
