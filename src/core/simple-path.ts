/**
 * The part of JMESPath that nearly every reference is made of: identifiers, dots and `[n]`. It is read here without a
 * parser and without leaving the event loop; whatever is more than that is for the evaluator. Both agree on what a path
 * finds: only an object's own keys, only an array's indices, and null where there is nothing.
 */
import { isJsonObject, type Json } from './json.js'

/** A key, or an index that counts from the end where it is negative. */
export type PathStep = string | number

const STEP = /\.?([A-Za-z_][A-Za-z0-9_]*)|\.?"([^"\\\p{Cc}]+)"|\[(-?\d{1,9})\]/uy

/** The steps of a simple path, the empty path being the value itself; undefined where the text is anything more. */
export const parseSimplePath = (path: string): ReadonlyArray<PathStep> | undefined => {
  if (path === '@') return []
  const steps: PathStep[] = []
  let at = 0
  while (at < path.length) {
    STEP.lastIndex = at
    const found = STEP.exec(path)
    if (found === null) return undefined
    const [matched, bare, quoted, index] = found
    const dotted = matched.startsWith('.')
    // A key is parted from what stands before it by a dot, and nothing else begins with one.
    if (index === undefined && dotted !== at > 0) return undefined
    steps.push(index === undefined ? (bare ?? quoted ?? '') : Number(index))
    at = STEP.lastIndex
  }
  return steps
}

/** What the steps lead to; null where they lead nowhere. */
export const readSimplePath = (value: Json, steps: ReadonlyArray<PathStep>): Json => {
  let found: Json = value
  for (const step of steps) {
    const next: Json | undefined = typeof step === 'number' ? elementOf(found, step) : memberOf(found, step)
    if (next === undefined || next === null) return null
    found = next
  }
  return found
}

const memberOf = (value: Json, key: string): Json | undefined =>
  isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined

const isList = (value: Json): value is ReadonlyArray<Json> => Array.isArray(value)

const elementOf = (value: Json, index: number): Json | undefined => (isList(value) ? value.at(index) : undefined)
