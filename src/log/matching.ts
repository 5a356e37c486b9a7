/** Reading some of the events: what a filter lets through, a bounded piece of the log at a time. */
import { MATCHING_PIECE_POSITIONS } from '../core/limits.js'
import type { EventFilter, Log, MatchingPage } from '../ports/log.js'
import { loadStatements } from '../sql.js'
import { type EventRow, storedEvent } from './events.js'
import { partitionMask } from './partition.js'
import type { Reader } from './reader.js'

const SQL = loadStatements('src/log/matching.sql', ['readMatching', 'readMatchingOfStream'])

type PageRow = (EventRow & { readonly looked_to: number }) | { readonly looked_to: number; readonly position: null }

export const matchingReads = (reader: Reader): Pick<Log, 'readMatching'> => ({
  readMatching: async (afterPosition, filter, limit) =>
    pageOf(
      filter.stream === undefined
        ? await reader.query<PageRow>(SQL.readMatching, [
            afterPosition,
            MATCHING_PIECE_POSITIONS,
            limit,
            filter.types ?? null,
            filter.partitions === undefined ? null : partitionMask(filter.partitions),
            ...restOf(filter),
          ])
        : await reader.query<PageRow>(SQL.readMatchingOfStream, [
            afterPosition,
            filter.stream,
            limit,
            filter.types ?? null,
            ...restOf(filter),
          ]),
      afterPosition,
      limit,
      filter.stream === undefined,
    ),
})

const restOf = (filter: EventFilter): ReadonlyArray<string | null> => [
  filter.correlation ?? null,
  filter.namespace ?? null,
  filter.template ?? null,
]

const pageOf = (rows: ReadonlyArray<PageRow>, after: number, limit: number, isCutAtLimit: boolean): MatchingPage => {
  const events = rows.flatMap((row) => (row.position === null ? [] : [storedEvent(row)]))
  const lookedTo = Math.max(after, rows[0]?.looked_to ?? after)
  // A page that is full ended where its last event stands, not at the end of the piece.
  const isFull = isCutAtLimit && events.length === limit
  return { events, lookedTo: isFull ? (events.at(-1)?.position ?? lookedTo) : lookedTo }
}
