/**
 * Schemas of results as they follow from a configuration: the small vocabulary in which handlers say what theirs will be.
 * What nobody can know is `ANYTHING`; what an expression can only find nothing in is null.
 */
import { isJsonObject, type Json, type JsonObject } from '../src/core/json.js'
import { schemaAtPath } from '../src/core/validation/schema-path.js'

export const ANYTHING: JsonObject = {}

/** With these members and no others. */
export const objectOf = (properties: JsonObject): JsonObject => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
})

export const arrayOf = (items: Json): JsonObject => ({ type: 'array', items })

/** What an expression makes of data; anything where the data are unknown, or the expression is more than a path. */
export const foundBy = (expression: Json | undefined, data: Json | undefined): Json => {
  if (typeof expression !== 'string' || data === undefined) return ANYTHING
  const found = schemaAtPath(data, expression.trim())
  return found === 'nothing' ? { type: 'null' } : (found ?? ANYTHING)
}

export const elementOf = (list: Json | undefined): Json | undefined => (isJsonObject(list) ? list.items : undefined)
