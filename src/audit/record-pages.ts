/** A stream and its payloads read a piece at a time, so that no task is too long to be exported or proven. */
import { MAX_PAYLOADS_PER_READ, RECORD_PAGE_EVENTS } from '../core/limits.js'
import type { Log, Payload, StoredEvent } from '../ports/log.js'

/** What an audit needs of the log: it only ever reads. */
export type TaskRecord = Pick<Log, 'readStream' | 'payloads' | 'head' | 'heads'>

/** The events of a stream in order, up to a version where one is given. */
export async function* pagesOf(
  record: Pick<TaskRecord, 'readStream'>,
  stream: string,
  upTo: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<ReadonlyArray<StoredEvent>> {
  for (let version = 0; version < upTo; ) {
    const limit = Math.min(RECORD_PAGE_EVENTS, upTo - version)
    const page = await record.readStream(stream, version, limit)
    if (page.length === 0) return
    yield page
    const reached = page.at(-1)?.version ?? upTo
    // In a record that was tampered with the numbers need not rise.
    if (page.length < limit || reached <= version) return
    version = reached
  }
}

/** Each of these payloads that is stored, few of them in memory at a time. */
export async function* payloadsOf(
  record: Pick<TaskRecord, 'payloads'>,
  stream: string,
  digests: Iterable<string>,
): AsyncGenerator<Payload> {
  let few: string[] = []
  for (const digest of digests) {
    few.push(digest)
    if (few.length < MAX_PAYLOADS_PER_READ) continue
    yield* await record.payloads(stream, few)
    few = []
  }
  if (few.length > 0) yield* await record.payloads(stream, few)
}
