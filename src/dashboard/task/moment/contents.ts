/** Values that stand beside the log: those that are small enough to be shown are read, the others stay where they are. */
import { type Content, isReference } from '../../../core/content.js'
import type { Json } from '../../../core/json.js'
import { streamOf } from '../../../engine/ids.js'
import type { Log } from '../../../ports/log.js'

/** A larger value is shown by its size, and can be fetched. */
export const MAX_SHOWN_BYTES = 64 * 1024

/** By digest. */
export const smallContents = async (
  log: Pick<Log, 'payloads'>,
  task: string,
  contents: ReadonlyArray<Content>,
): Promise<ReadonlyMap<string, Json>> => {
  const digests = contents.filter(isReference).filter(({ bytes }) => bytes <= MAX_SHOWN_BYTES)
  if (digests.length === 0) return new Map()
  const payloads = await log.payloads(streamOf(task), [...new Set(digests.map(({ digest }) => digest))])
  return new Map(payloads.map(({ digest, text }) => [digest, JSON.parse(text)]))
}
