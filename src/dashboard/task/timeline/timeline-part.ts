/**
 * A part of a timeline, looked at by itself: of a task that waited for months, the second in which it worked. It stands in
 * the address, in milliseconds from the task's beginning.
 */
import { addressOf, type TaskView } from '../address.js'
import type { Slice, Span } from '../moment/attempts.js'
import { SLICES, type TimelineRow } from './timeline-model.js'

export interface Part {
  readonly from: number
  /** Null where it reaches to the end. */
  readonly to: number | null
}

/** A part has to be so long that its own parts can be told apart. */
const LEAST_MS = 10

/** What is no part is the whole. */
export const partIn = (asked: URLSearchParams): Part => {
  const [from, to] = [numberIn(asked.get('from')), numberIn(asked.get('to'))]
  return to !== undefined && to > (from ?? 0) ? { from: from ?? 0, to } : { from: from ?? 0, to: null }
}

const numberIn = (written: string | null): number | undefined =>
  written !== null && /^\d{1,13}$/.test(written) ? Number(written) : undefined

export const isWhole = ({ from, to }: Part): boolean => from === 0 && to === null

export const spanOfPart = ({ fromMs, toMs }: Span, { from, to }: Part): Span => {
  const begin = fromMs + from
  return { fromMs: begin, toMs: to === null ? Math.max(begin, toMs) : fromMs + to }
}

/** How a part of what is shown is asked for. */
export const partOf = (view: TaskView, { from }: Part, span: Span): ((part: Span) => string) | undefined => {
  if (span.toMs - span.fromMs < LEAST_MS) return undefined
  const address = addressOf(view, {}, 'timeline')
  return ({ fromMs, toMs }) => {
    const [begin, end] = [fromMs, toMs].map((ms) => Math.round(from + ms - span.fromMs))
    return `${address}${address.includes('?') ? '&' : '?'}from=${begin}&to=${end}`
  }
}

/** What was over before, or began after, is left out; of the whole nothing is. */
export const rowsWithin = (
  rows: ReadonlyArray<TimelineRow>,
  { fromMs, toMs }: Span,
  part: Part,
): ReadonlyArray<TimelineRow> => {
  if (isWhole(part)) return rows
  return rows
    .map((row) => ({ ...row, bars: row.bars.filter((bar) => bar.fromMs <= toMs && bar.toMs >= fromMs) }))
    .filter(({ bars, slices }) => bars.length > 0 || slices.length > 0)
}

/** Of the whole, the last moment belongs to the last slice. */
export const slicesWithin = (slices: ReadonlyArray<Slice>, part: Part): ReadonlyArray<Slice> =>
  isWhole(part) ? slices : slices.filter(({ slice }) => slice >= 1 && slice <= SLICES)
