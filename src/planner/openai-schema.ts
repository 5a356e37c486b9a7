/**
 * A JSON Schema in the strict form that OpenAI holds answers to: every key of an object is required, and one that may be
 * left out may be null instead. `answer-form.ts` takes such a null for a key that was left out.
 */
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'

export const strictSchema = (schema: JsonObject): JsonObject => {
  const { properties, required, items } = schema
  const strict = isJsonObject(items) ? { ...schema, items: strictSchema(items) } : schema
  if (!isJsonObject(properties)) return strict
  const needed: ReadonlyArray<Json> = Array.isArray(required) ? required : []
  const entries = Object.entries(properties).map(([name, property]): [string, Json] => {
    if (!isJsonObject(property)) return [name, property]
    const inner = strictSchema(property)
    return [name, needed.includes(name) ? inner : orNull(inner)]
  })
  return { ...strict, properties: Object.fromEntries(entries), required: Object.keys(properties) }
}

const orNull = (schema: JsonObject): JsonObject => ({
  ...schema,
  ...(typeof schema.type === 'string' ? { type: [schema.type, 'null'] } : {}),
  ...(Array.isArray(schema.enum) ? { enum: [...schema.enum, null] } : {}),
})
