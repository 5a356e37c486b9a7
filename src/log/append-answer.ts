/** Reads the rows that the append function answers into one outcome for each stream, in the order they were sent. */
import type { AppendOutcome, StoredEvent, Throttle } from '../ports/log.js'
import type { PreparedAppend } from './prepared-append.js'

export interface AnswerRow {
  readonly outcome: string
  /** The stream's place in the batch, from 1; null in the row that counts what landed. */
  readonly place: number | null
  readonly detail: string | null
  readonly position: number | null
  readonly version: number | null
  readonly id: string | null
  readonly type: string | null
  readonly schema_version: number | null
  readonly time: string | null
  readonly data: string | null
  readonly metadata: string | null
  readonly hash: string | null
}

export const readAnswer = (
  batch: ReadonlyArray<PreparedAppend>,
  rows: ReadonlyArray<AnswerRow>,
): ReadonlyArray<AppendOutcome> => {
  const summary = rows.at(-1)
  if (summary?.outcome !== 'landed') throw new Error('the append function did not answer')
  const faults = faultsIn(batch, rows.slice(0, -1))
  // The last row's place is the number of events written, and their positions are consecutive: see migration 0002.
  const written = summary.place ?? 0
  const last = summary.position ?? 0
  let position = last - written
  return batch.map((prepared, index) => {
    const fault = faults.get(index + 1)
    if (fault !== undefined) return fault
    position += prepared.hashes.length
    return {
      kind: 'landed',
      version: prepared.version,
      hash: prepared.hash,
      position: prepared.hashes.length === 0 ? last : position,
      time: prepared.time.text,
    }
  })
}

const faultsIn = (
  batch: ReadonlyArray<PreparedAppend>,
  rows: ReadonlyArray<AnswerRow>,
): ReadonlyMap<number, AppendOutcome> => {
  const faults = new Map<number, AppendOutcome>()
  const missed = new Map<number, StoredEvent[]>()
  for (const row of rows) {
    const place = row.place ?? 0
    const stream = batch[place - 1]?.append.stream ?? ''
    if (row.outcome === 'conflict') {
      const events = missed.get(place) ?? []
      missed.set(place, events)
      if (row.position !== null) events.push(missedEvent(stream, row))
      faults.set(place, { kind: 'conflict', missed: events })
    } else if (row.outcome === 'duplicate') {
      faults.set(place, { kind: 'duplicate', stream: row.detail ?? '' })
    } else if (!faults.has(place)) {
      const constraint = row.detail ?? 'unknown'
      const message = `${stream} was refused by ${constraint}`
      faults.set(place, { kind: 'refused', constraint, message, ...throttleIn(row) })
    }
  }
  return faults
}

const throttleIn = ({ detail, data, version, position }: AnswerRow): { readonly throttle?: Throttle } =>
  detail !== 'throttled' || data === null
    ? {}
    : { throttle: { limit: data, room: version ?? 0, ...(position === null ? {} : { retryAfterMs: position }) } }

const missedEvent = (stream: string, row: AnswerRow): StoredEvent => ({
  position: row.position ?? 0,
  stream,
  version: row.version ?? 0,
  id: row.id ?? '',
  type: row.type ?? '',
  schemaVersion: row.schema_version ?? 0,
  time: row.time ?? '',
  data: row.data ?? '',
  metadata: row.metadata ?? '',
  hash: row.hash ?? '',
})
