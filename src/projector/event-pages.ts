/**
 * Reads the log for projections, in pages that are bounded in number and, as far as the last page tells, in size. What
 * is read here is not decoded.
 */
import {
  MAX_PROJECTION_HISTORY_EVENTS,
  PROJECTION_PAGE_BYTES,
  PROJECTION_PAGE_EVENTS,
  PROJECTION_PAGE_LEAST,
} from '../core/limits.js'
import type { Reader } from '../log/reader.js'
import type { StoredEvent } from '../ports/log.js'
import { loadStatements } from '../sql.js'

const SQL = loadStatements('src/projector/event-pages.sql', [
  'pageByPosition',
  'pageByStream',
  'histories',
  'streamEnd',
  'oldestAbove',
])

/** An event as it is stored, but for its hash, and with its time in seconds since 1970, to the microsecond. */
export type PlainEvent = Omit<StoredEvent, 'hash' | 'time'> & { readonly seconds: number }

export interface StreamPlace {
  readonly stream: string
  readonly version: number
}

export interface EventPages {
  /** Events above a position in the order of commit, up to another one where it is given. */
  byPosition(after: number, upTo: number | undefined): Promise<ReadonlyArray<PlainEvent>>
  /** Events up to a position, task by task, that come after a place. */
  byStream(after: StreamPlace, upTo: number): Promise<ReadonlyArray<PlainEvent>>
  /** By stream: all events below a version, each stream's in order. */
  histories(below: ReadonlyMap<string, number>): AsyncGenerator<PlainEvent, void, undefined>
  /** The position of a stream's last event; undefined where there is none. */
  endOf(stream: string): Promise<number | undefined>
  /** The age of the oldest event above a position; undefined where there is none. */
  ageAbove(position: number): Promise<number | undefined>
}

export const createEventPages = (reader: Pick<Reader, 'query'>): EventPages => {
  let limit = PROJECTION_PAGE_EVENTS
  /** The next page is as long as this one would have been to have the size that is wanted. */
  const measured = (rows: ReadonlyArray<PlainEvent>): ReadonlyArray<PlainEvent> => {
    let size = 0
    for (const { data, metadata } of rows) size += data.length + metadata.length
    const fitting = size === 0 ? limit : Math.floor((rows.length * PROJECTION_PAGE_BYTES) / size)
    limit = Math.max(PROJECTION_PAGE_LEAST, Math.min(PROJECTION_PAGE_EVENTS, fitting))
    return rows
  }
  return {
    byPosition: async (after, upTo) =>
      measured(await reader.query<PlainEvent>(SQL.pageByPosition, [after, upTo ?? null, limit])),
    byStream: async ({ stream, version }, upTo) =>
      measured(await reader.query<PlainEvent>(SQL.pageByStream, [stream, version, upTo, limit])),
    histories: (below) => histories(reader, below),
    endOf: async (stream) => (await reader.query<{ position: number }>(SQL.streamEnd, [stream]))[0]?.position,
    ageAbove: async (position) => (await reader.query<{ age_ms: number }>(SQL.oldestAbove, [position]))[0]?.age_ms,
  }
}

/** Many short pasts in one question, a long one in several. */
async function* histories(
  reader: Pick<Reader, 'query'>,
  below: ReadonlyMap<string, number>,
): AsyncGenerator<PlainEvent, void, undefined> {
  let asked: Piece[] = []
  let events = 0
  for (const piece of piecesOf(below)) {
    if (events > 0 && events + piece.below - piece.above > MAX_PROJECTION_HISTORY_EVENTS) {
      yield* await read(reader, asked)
      asked = []
      events = 0
    }
    asked.push(piece)
    events += piece.below - piece.above
  }
  if (asked.length > 0) yield* await read(reader, asked)
}

interface Piece {
  readonly stream: string
  readonly above: number
  readonly below: number
}

function* piecesOf(below: ReadonlyMap<string, number>): Generator<Piece, void, undefined> {
  for (const [stream, end] of below) {
    for (let above = 0; above < end - 1; above += MAX_PROJECTION_HISTORY_EVENTS) {
      yield { stream, above, below: Math.min(end, above + MAX_PROJECTION_HISTORY_EVENTS + 1) }
    }
  }
}

const read = (reader: Pick<Reader, 'query'>, pieces: ReadonlyArray<Piece>): Promise<ReadonlyArray<PlainEvent>> => {
  const columns = [
    pieces.map(({ stream }) => stream),
    pieces.map(({ above }) => above),
    pieces.map(({ below }) => below),
  ]
  return reader.query<PlainEvent>(SQL.histories, columns)
}
