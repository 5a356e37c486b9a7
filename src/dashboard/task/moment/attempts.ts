/** The attempts of steps, from wherever they are known: the projection as the task stands, or a fold of its past. */
import type { Projections } from '../../../ports/projections.js'
import type { AttemptSummary } from '../../../ports/summaries.js'
import { loadStatements } from '../../../sql.js'

const SQL = loadStatements('src/dashboard/task/moment/attempts.sql', ['attemptsOfSteps', 'attemptsInSlices'])

export interface Attempts {
  /** Of each of these steps in order; at most `MAX_READ_ATTEMPTS`. */
  ofSteps(steps: ReadonlyArray<string>): Promise<ReadonlyArray<AttemptSummary>>
  /** Of all these steps together, counted by when they began within a span of time. */
  inSlices(steps: ReadonlyArray<string>, span: Span, slices: number): Promise<ReadonlyArray<Slice>>
}

/** Milliseconds since the epoch. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

export interface Slice {
  /** From 1. */
  readonly slice: number
  readonly attempts: number
  readonly failures: number
  /** Not ended yet. */
  readonly running: number
  readonly firstAt: string
  readonly lastAt: string
}

export const MAX_READ_ATTEMPTS = 2_000

export const projectedAttempts = (projections: Pick<Projections, 'query'>, task: string): Attempts => ({
  ofSteps: (steps) =>
    steps.length === 0
      ? Promise.resolve([])
      : orNone(() => projections.query<AttemptSummary>(SQL.attemptsOfSteps, [task, steps, MAX_READ_ATTEMPTS])),
  inSlices: (steps, { fromMs, toMs }, slices) =>
    steps.length === 0
      ? Promise.resolve([])
      : orNone(() =>
          projections.query<Slice>(SQL.attemptsInSlices, [task, steps, fromMs, atLeastAfter(fromMs, toMs), slices]),
        ),
})

/** A span of no length has no slices. */
const atLeastAfter = (fromMs: number, toMs: number): number => Math.max(fromMs + 1, toMs)

const UNDEFINED_TABLE = '42P01'

/** Where nobody has projected yet, a task is shown without times. */
const orNone = async <A>(read: () => Promise<ReadonlyArray<A>>): Promise<ReadonlyArray<A>> => {
  try {
    return await read()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === UNDEFINED_TABLE) return []
    throw error
  }
}

/** The same over attempts that are all known. */
export const knownAttempts = (byStep: ReadonlyMap<string, ReadonlyArray<AttemptSummary>>): Attempts => ({
  ofSteps: async (steps) => steps.flatMap((step) => byStep.get(step) ?? []).slice(0, MAX_READ_ATTEMPTS),
  inSlices: async (steps, span, slices) => {
    const found = new Map<number, Slice>()
    for (const step of steps) {
      for (const attempt of byStep.get(step) ?? []) {
        const slice = sliceOf(attempt, span, slices)
        found.set(slice, withAttempt(found.get(slice), attempt, slice))
      }
    }
    return [...found.values()].sort((one, other) => one.slice - other.slice)
  },
})

const sliceOf = ({ startedAt, enqueuedAt }: AttemptSummary, { fromMs, toMs }: Span, slices: number): number => {
  const share = (Date.parse(startedAt ?? enqueuedAt) - fromMs) / (atLeastAfter(fromMs, toMs) - fromMs)
  return Math.min(slices + 1, Math.max(0, Math.floor(share * slices) + 1))
}

const FAILURES: ReadonlySet<string | null> = new Set(['failed', 'retried', 'lost'])

const withAttempt = (known: Slice | undefined, attempt: AttemptSummary, slice: number): Slice => {
  const { enqueuedAt, startedAt, endedAt, outcome } = attempt
  const last = endedAt ?? startedAt ?? enqueuedAt
  return {
    slice,
    attempts: (known?.attempts ?? 0) + 1,
    failures: (known?.failures ?? 0) + (FAILURES.has(outcome) ? 1 : 0),
    running: (known?.running ?? 0) + (outcome === null ? 1 : 0),
    firstAt: known === undefined || enqueuedAt < known.firstAt ? enqueuedAt : known.firstAt,
    lastAt: known === undefined || last > known.lastAt ? last : known.lastAt,
  }
}
