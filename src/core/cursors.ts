/**
 * Cursors of a batch are opaque JSON, except where they say what they cover: `start_cursor` and `end_cursor`, numbers or
 * ISO dates. Then they must cover a range without gap and overlap, once each, and as much as was announced.
 */
import type { Json } from './json.js'

interface Range {
  readonly id: string
  readonly start: number
  readonly end: number
}

/** What is wrong with the cursors of a batch; undefined where nothing is, or where nothing can be said of them. */
export const cursorFault = (
  cursors: ReadonlyArray<{ readonly id: string; readonly cursor: Json }>,
  totalItems: number | undefined,
): string | undefined => {
  const ranges = cursors.map(rangeOf)
  const known = ranges.filter((range): range is Range => range !== undefined)
  if (known.length === 0 || known.length !== ranges.length) return undefined
  const backwards = known.find(({ start, end }) => end < start)
  if (backwards !== undefined) return `the cursor ${backwards.id} ends before it starts`
  const sorted = known.toSorted((left, right) => left.start - right.start || left.end - right.end)
  return neighbourFault(sorted) ?? countFault(sorted, cursors, totalItems)
}

/** Ranges may meet half-open (one ends where the next starts) or closed (the next starts one later), but all alike. */
const neighbourFault = (sorted: ReadonlyArray<Range>): string | undefined => {
  let step: number | undefined
  for (const [index, next] of sorted.entries()) {
    const before = sorted[index - 1]
    if (before === undefined) continue
    if (before.start === next.start && before.end === next.end)
      return `the cursors ${before.id} and ${next.id} cover the same`
    const distance = next.start - before.end
    if (distance < 0) return `the cursors ${before.id} and ${next.id} overlap`
    if (distance !== 0 && distance !== 1) return `between the cursors ${before.id} and ${next.id} there is a gap`
    if (step !== undefined && distance !== step) {
      return `the cursors ${before.id} and ${next.id} ${distance < step ? 'overlap' : 'leave a gap'} where the others meet otherwise`
    }
    step = distance
  }
  return undefined
}

/** Only numbers count items; dates say when, not how many. */
const countFault = (
  sorted: ReadonlyArray<Range>,
  cursors: ReadonlyArray<{ readonly cursor: Json }>,
  totalItems: number | undefined,
): string | undefined => {
  const numeric = cursors.every(({ cursor }) => typeof keyOf(cursor, 'start_cursor') === 'number')
  const [first] = sorted
  const last = sorted.at(-1)
  if (totalItems === undefined || !numeric || first === undefined || last === undefined) return undefined
  const halfOpen = last.end - first.start
  // A single range may mean either; several have shown above how they meet.
  const closed = halfOpen + 1
  const meetsClosed = sorted.length > 1 && (sorted[1]?.start ?? 0) - first.end === 1
  const covered = sorted.length === 1 ? [halfOpen, closed] : [meetsClosed ? closed : halfOpen]
  return covered.includes(totalItems)
    ? undefined
    : `the cursors cover ${covered[0]} items, and total_items says ${totalItems}`
}

const rangeOf = ({ id, cursor }: { readonly id: string; readonly cursor: Json }): Range | undefined => {
  const start = positionOf(keyOf(cursor, 'start_cursor'))
  const end = positionOf(keyOf(cursor, 'end_cursor'))
  return start === undefined || end === undefined ? undefined : { id, start, end }
}

const keyOf = (cursor: Json, key: string): Json | undefined =>
  typeof cursor === 'object' && cursor !== null && !Array.isArray(cursor) ? Reflect.get(cursor, key) : undefined

const ISO_DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/
const DAY_MS = 86_400_000

const positionOf = (value: Json | undefined): number | undefined => {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || !ISO_DATE.test(value)) return undefined
  const ms = Date.parse(value)
  // Days are counted as days, so that one that ends on a Monday and one that starts on the Tuesday meet.
  return Number.isNaN(ms) ? undefined : value.length === 10 ? ms / DAY_MS : ms
}
