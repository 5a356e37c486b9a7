/**
 * What a handler returned, as the log will read it back: the running process and a replay must see the same value. Plain
 * JSON passes untouched; dates and classes become what `JSON.stringify` makes of them; what has no JSON fails the step.
 */
import type { Json } from '../src/core/json.js'
import { MAX_JSON_DEPTH } from '../src/core/limits.js'
import { StepFailure } from '../src/ports/handler.js'

export const plainJson = (value: unknown): Json => {
  if (value === undefined) return null
  if (isPlain(value, 0)) return value
  try {
    const text: string | undefined = JSON.stringify(value)
    return text === undefined ? null : JSON.parse(text)
  } catch (cause) {
    throw new StepFailure('result_not_json', `the handler's result has no JSON: ${String(cause)}`, {
      retryable: false,
      cause,
    })
  }
}

const isPlain = (value: unknown, depth: number): value is Json => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || depth > MAX_JSON_DEPTH) return false
  if (Array.isArray(value)) return value.every((element) => isPlain(element, depth + 1))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  return Object.values(value).every((member) => isPlain(member, depth + 1))
}
