/**
 * What is different between two templates as they are written. Things with a name (steps, events) are compared by it,
 * wherever they stand in their list; everything else by its place.
 */
import { canonicalJson } from '../canonical-json.js'
import { isJsonObject, type Json, type JsonObject } from '../json.js'

export type Difference =
  | { readonly kind: 'added'; readonly path: string; readonly after: Json }
  | { readonly kind: 'removed'; readonly path: string; readonly before: Json }
  | { readonly kind: 'changed'; readonly path: string; readonly before: Json; readonly after: Json }

export const differencesOf = (before: Json, after: Json, path = ''): ReadonlyArray<Difference> => {
  if (canonicalJson(before) === canonicalJson(after)) return []
  const [left, right] = [membersOf(before), membersOf(after)]
  const alike = isList(before) === isList(after)
  if (left === undefined || right === undefined || !alike) return [{ kind: 'changed', path, before, after }]
  const names = [...new Set([...left.keys(), ...right.keys()])]
  return names.flatMap((name): ReadonlyArray<Difference> => {
    const at = path === '' ? name : `${path}.${name}`
    const [was, is] = [left.get(name), right.get(name)]
    if (was === undefined) return is === undefined ? [] : [{ kind: 'added', path: at, after: is }]
    return is === undefined ? [{ kind: 'removed', path: at, before: was }] : differencesOf(was, is, at)
  })
}

/** By key, or by name; undefined where a value has no members that could be told apart. */
const membersOf = (value: Json): ReadonlyMap<string, Json> | undefined => {
  if (isJsonObject(value)) return new Map(Object.entries(value))
  if (!isList(value) || !value.every(isNamed)) return undefined
  const named = new Map(value.map((item): [string, Json] => [item.name, item]))
  return named.size === value.length ? named : undefined
}

const isList = (value: Json): value is ReadonlyArray<Json> => Array.isArray(value)

const isNamed = (value: Json): value is JsonObject & { readonly name: string } =>
  isJsonObject(value) && typeof value.name === 'string'
