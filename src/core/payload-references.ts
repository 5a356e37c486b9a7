/** What a stored event refers to by digest: results, prompts and answers that are kept beside the events of their task. */
import { contentReferencesIn } from './content.js'

/** The digests in an event's data, also in that of a type that this version does not know. */
export const digestsIn = ({
  type,
  data: text,
}: {
  readonly type: string
  readonly data: string
}): ReadonlyArray<string> => {
  if (!text.includes('"sha256:')) return []
  const data = parsed(text)
  return typeof data === 'object' && data !== null
    ? contentReferencesIn({ type, data }).map(({ digest }) => digest)
    : []
}

/** A forged event need not be JSON, though its hash is right. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
