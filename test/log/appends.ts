/** Builders for the tests of the log: streams, events and appends, each with only what a test wants to say. */
import { createHash, randomUUID } from 'node:crypto'
import type { AppendOutcome, EventToAppend, Head, Log, StoredEvent, StreamAppend } from '../../src/ports/log.js'

export type Landed = Extract<AppendOutcome, { kind: 'landed' }>

export const newStream = (): string => `task-${randomUUID()}`

export const event = (data: string = '{}', type = 'task-created'): EventToAppend => ({
  id: randomUUID(),
  type,
  schemaVersion: 1,
  data,
  metadata: '{"actor":{"kind":"engine"}}',
})

export const head = (more: Partial<Head> = {}): Head => ({
  status: 'running',
  namespace: 'default',
  template: 'orders',
  open: true,
  holders: [],
  ...more,
})

/** Where a stream stands: nowhere, or after an append that landed. */
export interface Standing {
  readonly version: number
  readonly hash: string
}

export const NOWHERE: Standing = { version: 0, hash: '' }

export const appendTo = (
  stream: string,
  standing: Standing,
  more: Partial<Omit<StreamAppend, 'stream' | 'expectedVersion' | 'expectedHash'>> = {},
): StreamAppend => ({
  stream,
  expectedVersion: standing.version,
  expectedHash: standing.hash,
  events: [event()],
  head: head(),
  due: { put: [], remove: [] },
  payloads: [],
  ...more,
})

/** Appends one stream and expects it to land. */
export const land = async (log: Log, append: StreamAppend): Promise<Landed> => {
  const outcome = await one(log, append)
  if (outcome.kind !== 'landed') throw new Error(`did not land: ${JSON.stringify(outcome)}`)
  return outcome
}

export const one = async (log: Log, append: StreamAppend): Promise<AppendOutcome> => {
  const [outcome] = await log.append([append])
  if (outcome === undefined) throw new Error('no outcome')
  return outcome
}

/** The hash chain computed once more, from the rule as it is written down and by other means than the log's own. */
export const chainOf = (events: ReadonlyArray<StoredEvent>): ReadonlyArray<string> => {
  const hashes: string[] = []
  for (const stored of events) {
    const { stream, version, id, type, schemaVersion, time, data, metadata } = stored
    const hash = createHash('sha256')
    const fields = [hashes.at(-1) ?? '', stream, `${version}`, id, type, `${schemaVersion}`, time, data, metadata]
    for (const text of fields) {
      const bytes = new TextEncoder().encode(text)
      hash.update(Uint8Array.of(bytes.length >>> 24, bytes.length >>> 16, bytes.length >>> 8, bytes.length))
      hash.update(bytes)
    }
    hashes.push(hash.digest('hex'))
  }
  return hashes
}
