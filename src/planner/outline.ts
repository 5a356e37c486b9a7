/**
 * Large data in few words: an outline keeps the structure and some samples, a shape says of which types a value is
 * made. Both are pure and depend on nothing but the value, so that the same result always reads the same in a prompt.
 */
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import { CONTEXT_SCHEMA_ITEMS, CONTEXT_SCHEMA_KEYS } from '../core/limits.js'

export interface Detail {
  readonly items: number
  readonly keys: number
  readonly chars: number
  readonly depth: number
}

/** From rich to sparse: the first that fits is shown. */
export const DETAILS: ReadonlyArray<Detail> = [
  { items: 3, keys: 40, chars: 200, depth: 6 },
  { items: 2, keys: 20, chars: 80, depth: 4 },
  { items: 1, keys: 10, chars: 40, depth: 3 },
]

export const outline = (value: Json, detail: Detail): Json => {
  if (typeof value === 'string') return cut(value, detail.chars)
  if (typeof value !== 'object' || value === null) return value
  const inner = { ...detail, depth: detail.depth - 1 }
  if (!isJsonObject(value)) {
    if (detail.depth === 0) return `… a list of ${value.length}`
    const more = value.length - detail.items
    const shown = value.slice(0, detail.items).map((item) => outline(item, inner))
    return more > 0 ? [...shown, `… ${more} more, ${value.length} in all`] : shown
  }
  const keys = Object.keys(value)
  if (detail.depth === 0) return `… an object of ${keys.length} keys`
  const shown = keys
    .slice(0, detail.keys)
    .map((key): [string, Json] => [cut(key, detail.chars), outline(value[key] ?? null, inner)])
  const more = keys.length - detail.keys
  return Object.fromEntries(more > 0 ? [...shown, ['…', `${more} more keys, ${keys.length} in all`]] : shown)
}

/** Never in the middle of a surrogate pair: half of one cannot be stored. */
const cut = (text: string, chars: number): string =>
  text.length <= chars
    ? text
    : `${text.slice(0, chars).replace(/[\uD800-\uDBFF]$/, '')}… (${text.length} characters in all)`

/** A JSON Schema that the value satisfies as far as it was read: the first items of lists, some levels deep. */
export const shapeOf = (values: ReadonlyArray<Json>, depth = 5): JsonObject => {
  const types = [...new Set(values.map(typeOf))].sort()
  const lists = values.filter((value) => Array.isArray(value))
  const objects = values.filter(isJsonObject)
  const items = lists.flatMap((list) => list.slice(0, CONTEXT_SCHEMA_ITEMS)).slice(0, CONTEXT_SCHEMA_ITEMS)
  return {
    type: types.length === 1 ? (types[0] ?? 'null') : types,
    ...(depth > 0 && items.length > 0 ? { items: shapeOf(items, depth - 1) } : {}),
    ...(depth > 0 && objects.length > 0 ? { properties: propertiesOf(objects, depth - 1) } : {}),
  }
}

const propertiesOf = (objects: ReadonlyArray<JsonObject>, depth: number): JsonObject => {
  const keys = [...new Set(objects.flatMap((object) => Object.keys(object).slice(0, CONTEXT_SCHEMA_KEYS)))]
  return Object.fromEntries(
    keys.slice(0, CONTEXT_SCHEMA_KEYS).map((key) => [
      cut(key, 200),
      shapeOf(
        objects.flatMap((object) => (Object.hasOwn(object, key) ? [object[key] ?? null] : [])),
        depth,
      ),
    ]),
  )
}

const typeOf = (value: Json): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value
