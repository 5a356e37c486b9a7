/** Values at the places that a capability marks, by the same patterns as `field-path.ts`. Only what was written is found. */
import type { Json } from '../json.js'

export interface PlacedValue {
  readonly path: ReadonlyArray<string>
  readonly value: Json
}

export const fieldsAt = (value: Json, patterns: ReadonlyArray<string>): ReadonlyArray<PlacedValue> =>
  patterns.flatMap((pattern) => {
    const open = pattern.endsWith('.**')
    const found = follow(value, (open ? pattern.slice(0, -'.**'.length) : pattern).split('.'))
    return open ? found.flatMap(everythingIn) : found
  })

/** The value at a path without wildcards; undefined where nothing stands. */
export const valueAt = (value: Json, path: string): Json | undefined => follow(value, path.split('.'))[0]?.value

/**
 * The value at a path in which a key may itself hold dots, as the paths of problems may; undefined where nothing stands.
 */
export const valueAtDotted = (value: Json, path: string): Json | undefined => {
  if (path === '') return value
  for (let end = path.indexOf('.'); ; end = path.indexOf('.', end + 1)) {
    const key = end === -1 ? path : path.slice(0, end)
    const inner = memberOf(value, key)
    const found = inner === undefined ? undefined : valueAtDotted(inner, end === -1 ? '' : path.slice(end + 1))
    if (found !== undefined || end === -1) return found
  }
}

const follow = (value: Json, parts: ReadonlyArray<string>): ReadonlyArray<PlacedValue> => {
  let found: ReadonlyArray<PlacedValue> = [{ path: [], value }]
  for (const part of parts) {
    found = found.flatMap((place) => (part === '*' ? membersOf(place) : oneOf(place, part)))
    if (found.length === 0) return found
  }
  return found
}

const oneOf = ({ path, value }: PlacedValue, key: string): ReadonlyArray<PlacedValue> => {
  const inner = memberOf(value, key)
  return inner === undefined ? [] : [{ path: [...path, key], value: inner }]
}

const membersOf = ({ path, value }: PlacedValue): ReadonlyArray<PlacedValue> =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).map(([key, inner]) => ({ path: [...path, key], value: inner }))
    : []

const memberOf = (value: Json, key: string): Json | undefined => {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  const inner: unknown = Reflect.get(value, key)
  return isJson(inner) ? inner : undefined
}

/** An array's `length` and a key without a value are no members. */
const isJson = (value: unknown): value is Json => value !== undefined

const everythingIn = (place: PlacedValue): ReadonlyArray<PlacedValue> => {
  const found: PlacedValue[] = []
  const open = [place]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    found.push(next)
    open.push(...membersOf(next))
  }
  return found
}
