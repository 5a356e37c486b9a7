/** Keys as everywhere in JSON that leaves the house. What people or models wrote keeps its own: only the top is renamed. */
import type { Json, JsonObject } from './json.js'

export const snakeCased = (value: object): JsonObject =>
  Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      asJson(inner),
    ]),
  )

/** As `JSON.stringify` writes it; what has no JSON is null. */
export const asJson = (value: unknown): Json => {
  const plain: Json = value === undefined ? null : JSON.parse(JSON.stringify(value))
  return plain
}
