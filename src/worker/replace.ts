/** Puts values at places of a JSON object; only what leads to them is copied. */
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'

export interface Replacement {
  readonly path: ReadonlyArray<string>
  readonly value: Json
}

interface Branch {
  value?: Json
  readonly below: Map<string, Branch>
}

export const replaceAt = (object: JsonObject, replacements: ReadonlyArray<Replacement>): JsonObject => {
  if (replacements.length === 0) return object
  const root: Branch = { below: new Map() }
  for (const { path, value } of replacements) branchAt(root, path).value = value
  const replaced = rebuild(object, root)
  return isJsonObject(replaced) ? replaced : object
}

const branchAt = (root: Branch, path: ReadonlyArray<string>): Branch => {
  let branch = root
  for (const key of path) {
    const known: Branch = branch.below.get(key) ?? { below: new Map() }
    branch.below.set(key, known)
    branch = known
  }
  return branch
}

const rebuild = (value: Json, { value: replaced, below }: Branch): Json => {
  if (replaced !== undefined) return replaced
  if (isList(value)) return value.map((element, index) => rebuildMember(element, below.get(String(index))))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, rebuildMember(member, below.get(key))]))
}

const rebuildMember = (value: Json, branch: Branch | undefined): Json =>
  branch === undefined ? value : rebuild(value, branch)

const isList = (value: Json): value is ReadonlyArray<Json> => Array.isArray(value)
