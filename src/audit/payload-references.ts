/** What an event refers to by digest: results, prompts and answers that are stored beside the events of their task. */
import { isJsonObject, type Json } from '../core/json.js'

/** User's own JSON stands in these; whatever it looks like, it is no reference of ours. */
const NEVER_REFERENCES = ['checkpoint', 'payload']

const DIGEST = /^sha256:[0-9a-f]{64}$/

/** The digests in an event's data, also in that of a type that this version does not know. */
export const referencesIn = (data: string): ReadonlyArray<string> => {
  if (!data.includes('"sha256:')) return []
  const parsed: Json = JSON.parse(data)
  if (!isJsonObject(parsed)) return []
  return Object.entries(parsed).flatMap(([key, value]) => {
    const digest = NEVER_REFERENCES.includes(key) ? undefined : digestOfReference(value)
    return digest === undefined ? [] : [digest]
  })
}

const digestOfReference = (value: Json): string | undefined => {
  if (!isJsonObject(value) || typeof value.bytes !== 'number' || Object.keys(value).length !== 2) return undefined
  return typeof value.digest === 'string' && DIGEST.test(value.digest) ? value.digest : undefined
}
