/**
 * What an EventStoreDB keeps and how it appends, in memory: revisions from 0, the expected revision held against what is
 * there, and an append that is repeated, event for event and in its place, answered as if it were the first.
 */
export interface StoredRecord {
  readonly stream: string
  readonly revision: number
  /** Commit position over all streams. */
  readonly position: number
  readonly id: string
  readonly type: string
  readonly contentType: string
  readonly data: Uint8Array
  readonly metadata: Uint8Array
}

export type ProposedRecord = Pick<StoredRecord, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>

export type Expected = 'any' | 'no stream' | 'stream exists' | number

export type AppendAnswer =
  | { readonly kind: 'appended'; readonly revision: number }
  /** -1 where there is no stream. */
  | { readonly kind: 'wrong version'; readonly current: number }
  | { readonly kind: 'too large'; readonly limit: number }

const MAX_APPEND_BYTES = 1024 * 1024

export class EventStore {
  readonly all: StoredRecord[] = []
  readonly streams = new Map<string, StoredRecord[]>()
  readonly #watchers = new Set<(record: StoredRecord) => void>()

  append(stream: string, expected: Expected, proposed: ReadonlyArray<ProposedRecord>): AppendAnswer {
    const size = proposed.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0)
    if (size > MAX_APPEND_BYTES) return { kind: 'too large', limit: MAX_APPEND_BYTES }
    const records = this.streams.get(stream) ?? []
    const current = records.length - 1
    const holds =
      expected === 'any' ||
      (expected === 'no stream' && current === -1) ||
      (expected === 'stream exists' && current >= 0) ||
      expected === current
    if (!holds) return repeated(records, expected, proposed) ?? { kind: 'wrong version', current }
    for (const record of proposed) {
      const stored = { ...record, stream, revision: records.length, position: this.all.length }
      records.push(stored)
      this.all.push(stored)
      this.streams.set(stream, records)
      for (const watcher of [...this.#watchers]) watcher(stored)
    }
    return { kind: 'appended', revision: records.length - 1 }
  }

  /** Calls back with every record from now on, until the answer is called. */
  watch(watcher: (record: StoredRecord) => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }
}

const repeated = (
  records: ReadonlyArray<StoredRecord>,
  expected: Expected,
  proposed: ReadonlyArray<ProposedRecord>,
): AppendAnswer | undefined => {
  const begin = expected === 'no stream' ? 0 : typeof expected === 'number' ? expected + 1 : undefined
  if (begin === undefined || proposed.length === 0) return undefined
  const isThere = proposed.every(({ id }, index) => records[begin + index]?.id === id)
  return isThere ? { kind: 'appended', revision: begin + proposed.length - 1 } : undefined
}
