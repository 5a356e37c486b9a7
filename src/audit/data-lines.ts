/** Data for people to read: a line for each thing, without brackets and quotes. */
import { isJsonObject, type Json } from '../core/json.js'

export const dataLines = (value: Json, indent = ''): ReadonlyArray<string> => {
  if (isList(value)) return value.length === 0 ? [`${indent}none`] : value.flatMap((item) => itemLines(item, indent))
  if (!isJsonObject(value)) return [`${indent}${plain(value)}`]
  return Object.entries(value).flatMap(([key, inner]) =>
    isFlat(inner) ? [`${indent}${key}: ${inOneLine(inner)}`] : [`${indent}${key}:`, ...dataLines(inner, `${indent}  `)],
  )
}

const itemLines = (item: Json, indent: string): ReadonlyArray<string> =>
  isFlat(item) ? [`${indent}- ${inOneLine(item)}`] : [`${indent}-`, ...dataLines(item, `${indent}  `)]

const isList = (value: Json): value is ReadonlyArray<Json> => Array.isArray(value)

/** A scalar, or an object of nothing but scalars. */
const isFlat = (value: Json): boolean =>
  isJsonObject(value) ? Object.values(value).every(isScalar) : isScalar(value) || (isList(value) && value.length === 0)

const isScalar = (value: Json): boolean => typeof value !== 'object' || value === null

const inOneLine = (value: Json): string => {
  if (isList(value)) return 'none'
  if (!isJsonObject(value)) return plain(value)
  return Object.entries(value)
    .map(([key, inner]) => `${key} ${plain(inner)}`)
    .join('; ')
}

const plain = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))
