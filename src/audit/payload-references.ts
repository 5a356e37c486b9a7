/** What a stored event refers to by digest: results, prompts and answers that are kept beside the events of their task. */
import { referencesIn } from '../core/content.js'

/** The digests in an event's data, also in that of a type that this version does not know. */
export const digestsIn = (data: string): ReadonlyArray<string> => {
  if (!data.includes('"sha256:')) return []
  const parsed: unknown = JSON.parse(data)
  return typeof parsed === 'object' && parsed !== null ? referencesIn(parsed).map(({ digest }) => digest) : []
}
