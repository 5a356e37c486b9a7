/** Projections without a database: the rows that events come to, by the very code that folds them for one. */
import type { Projection } from '../../projections/projection.js'
import { type EventData, type EventType, type Metadata, SCHEMA_VERSION, type TaskEvent } from '../../src/core/event.js'
import type { StoredEvent } from '../../src/ports/log.js'
import { Applier } from '../../src/projector/applier.js'
import type { EventPages, PlainEvent } from '../../src/projector/event-pages.js'
import type { Row, Writes } from '../../src/projector/row-changes.js'

export const TASK = '01900000-0000-7000-8000-0000000000aa'

/** As the log would keep them: one task, a second from one event to the next. */
export const storedAs = (events: ReadonlyArray<TaskEvent>, task = TASK): ReadonlyArray<PlainEvent> =>
  events.map((event, index) => ({
    position: index + 1,
    stream: `task-${task}`,
    version: index + 1,
    id: event.id,
    type: event.type,
    schemaVersion: SCHEMA_VERSION,
    seconds: Date.parse(timeOf(index)) / 1_000,
    data: JSON.stringify(event.data),
    metadata: JSON.stringify(event.metadata),
  }))

let events = 0

/** One more event, as if somebody had appended it. */
export const happened = <T extends EventType>(
  type: T,
  data: EventData<T>,
  metadata: Partial<Metadata> = {},
): TaskEvent => {
  events += 1
  const id = `01900000-0000-7000-8000-${events.toString(16).padStart(12, 'f')}`
  const written = { actor: { kind: 'engine' }, causation: null, correlation: 'c', ...metadata }
  // The pair of type and data is the caller's, which the compiler does not carry over into the union.
  return { id, type, data, metadata: written } as unknown as TaskEvent
}

/** An event of a log in memory. */
export const plainEvent = ({ time, hash: _, ...event }: StoredEvent): PlainEvent => ({
  ...event,
  seconds: Date.parse(time) / 1_000,
})

/** The time of the event with this index. */
export const timeOf = (index: number): string =>
  new Date(Date.UTC(2026, 0, 1) + index * 1_000).toISOString().replace('Z', '000Z')

/** The rows of one projection, in the order of their keys; of pages with so many events. */
export const rowsOf = async (
  projection: Projection,
  events: ReadonlyArray<PlainEvent>,
  pageSize = events.length,
): Promise<ReadonlyArray<Row>> => {
  const table = new MemoryTable(projection)
  const applier = new Applier([projection], pagesIn(events))
  for (let at = 0; at < events.length; at += pageSize) {
    const { changes, failed, unreadable } = await applier.apply(events.slice(at, at + pageSize))
    const fault = unreadable ?? failed.get(0)
    if (fault !== undefined) throw new Error(`${projection.name}: ${fault.message} at ${fault.position}`)
    for (const of of changes) table.write(of.writes())
  }
  return table.rows()
}

/** What an applier reads again, where the log is a list. */
export const pagesIn = (events: ReadonlyArray<PlainEvent>): Pick<EventPages, 'histories'> => ({
  histories: async function* (below) {
    for (const [stream, end] of below) yield* events.filter((one) => one.stream === stream && one.version < end)
  },
})

/** A column that was never added to is 0, whether or not its row was. */
const isCounted = ([, value]: readonly [string, unknown]): boolean => value !== 0

export class MemoryTable {
  readonly #rows = new Map<string, Row>()

  constructor(private readonly projection: Pick<Projection, 'key'>) {}

  write({ puts, patches, adds, removes }: Writes): void {
    for (const row of puts) this.#rows.set(this.#keyOf(row), JSON.parse(JSON.stringify(row)))
    for (const patch of patches.flat()) {
      const known = this.#rows.get(this.#keyOf(patch))
      if (known !== undefined) this.#rows.set(this.#keyOf(patch), { ...known, ...patch })
    }
    for (const row of adds) this.#rows.set(this.#keyOf(row), this.#sum(row))
    for (const row of removes) this.#rows.delete(this.#keyOf(row))
  }

  rows(): ReadonlyArray<Row> {
    return [...this.#rows].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, row]) => row)
  }

  #sum(row: Row): Row {
    const known = this.#rows.get(this.#keyOf(row)) ?? {}
    const { key } = this.projection
    const sums = Object.entries(row).map(([column, value]) => [
      column,
      key.includes(column) ? value : Number(known[column] ?? 0) + Number(value),
    ])
    return Object.fromEntries(Object.entries({ ...known, ...Object.fromEntries(sums) }).filter(isCounted))
  }

  #keyOf(row: Row): string {
    const parts = this.projection.key.map((column) => row[column])
    return parts.map((part) => (typeof part === 'number' ? String(part).padStart(10, '0') : String(part))).join(' ')
  }
}
