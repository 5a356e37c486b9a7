/**
 * A bundle: one task's record as a file that stands on its own, one JSON value a line. It begins with the head of the
 * stream, then come the events with their data and metadata as the exact texts that were hashed, then the payloads that
 * they refer to. Written and read a line at a time.
 */

import { digestsIn } from '../core/payload-references.js'
import type { StoredEvent } from '../ports/log.js'
import { pagesOf, payloadsOf, type TaskRecord } from './record-pages.js'

export const BUNDLE_VERSION = '1.0'

export interface BundleHeader {
  readonly stream: string
  readonly version: number
  readonly hash: string
}

/** The lines of a task's bundle, without their ends; none where there is no such stream. */
export async function* bundleLines(record: TaskRecord, stream: string): AsyncGenerator<string> {
  const head = await record.head(stream)
  if (head === undefined) return
  const { version, hash } = head
  yield headerLine({ stream, version, hash })
  const digests = new Set<string>()
  // What is appended meanwhile belongs to the next bundle.
  for await (const page of pagesOf(record, stream, version)) {
    for (const event of page) {
      yield eventLine(event)
      for (const digest of digestsIn(event)) digests.add(digest)
    }
  }
  for await (const payload of payloadsOf(record, stream, digests)) yield payloadLine(payload)
}

export const headerLine = ({ stream, version, hash }: BundleHeader): string =>
  JSON.stringify({ bundle_version: BUNDLE_VERSION, stream, version, hash })

export const eventLine = (event: Omit<StoredEvent, 'position'>): string => {
  const { stream, version, id, type, schemaVersion, time, data, metadata, hash } = event
  return JSON.stringify({
    event: { stream, version, id, type, schema_version: schemaVersion, time, data, metadata, hash },
  })
}

export const payloadLine = ({ digest, text }: { readonly digest: string; readonly text: string }): string =>
  JSON.stringify({ payload: { digest, base64: Buffer.from(text, 'utf8').toString('base64') } })
