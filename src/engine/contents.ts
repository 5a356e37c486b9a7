/**
 * Contents on their way into the log: small values go into the event, larger ones are stored once per task by the
 * digest of their bytes. And back.
 */
import { createHash } from 'node:crypto'
import { type Content, isReference } from '../core/content.js'
import type { Json } from '../core/json.js'
import { INLINE_CONTENT_BYTES } from '../core/limits.js'
import type { Log, Payload } from '../ports/log.js'

export const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`

export interface Packed {
  readonly content: Content
  /** To be stored with the event, where the value is too large to stand in it. */
  readonly payload: Payload | undefined
  readonly bytes: number
}

export const pack = (value: Json): Packed => {
  const text = JSON.stringify(value)
  // A character is at most 3 bytes of UTF-8 for each UTF-16 unit: short texts need no counting.
  if (text.length * 3 <= INLINE_CONTENT_BYTES) return { content: { value }, payload: undefined, bytes: text.length }
  const bytes = Buffer.byteLength(text)
  if (bytes <= INLINE_CONTENT_BYTES) return { content: { value }, payload: undefined, bytes }
  const digest = digestOf(text)
  return { content: { digest, bytes }, payload: { digest, text }, bytes }
}

/** The values of several contents of one task, those by reference read in one round trip. */
export const unpackAll = async (
  log: Pick<Log, 'payloads'>,
  stream: string,
  contents: ReadonlyArray<Content>,
): Promise<ReadonlyArray<Json>> => {
  const digests = [...new Set(contents.filter(isReference).map((content) => content.digest))]
  const texts = new Map<string, string>()
  if (digests.length > 0) {
    for (const payload of await log.payloads(stream, digests)) texts.set(payload.digest, payload.text)
  }
  const parsed = new Map<string, Json>()
  return contents.map((content) => {
    if (!isReference(content)) return content.value
    const known = parsed.get(content.digest)
    if (known !== undefined) return known
    const text = texts.get(content.digest)
    if (text === undefined) throw new Error(`the payload ${content.digest} of ${stream} is not in the log`)
    const value: Json = JSON.parse(text)
    parsed.set(content.digest, value)
    return value
  })
}

export const unpack = async (log: Pick<Log, 'payloads'>, stream: string, content: Content): Promise<Json> => {
  const [value] = await unpackAll(log, stream, [content])
  if (value === undefined) throw new Error(`a content of ${stream} has no value`)
  return value
}
