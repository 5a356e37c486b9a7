/** JSON in which equal values have equal text: keys in code-unit order, no spaces. What digests are made of. */
import { isJsonObject, type Json } from './json.js'

export const canonicalJson = (value: Json): string => {
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (!isJsonObject(value)) return JSON.stringify(value)
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`)
  return `{${members.join(',')}}`
}

const isList = (value: Json): value is ReadonlyArray<Json> => Array.isArray(value)
