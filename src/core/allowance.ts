/**
 * The arithmetic of bounds: the narrower of two, what is left of one, and what a use of it would pass. Validation,
 * reservation and the counting of instances all reckon here, so that no two of them can disagree.
 */
import type { Bounds, Usage } from './bounds.js'
import { CATALOG_PREFIX, isCatalogHandler } from './step.js'

/** Bounds that are used up, each with the part of `Usage` that uses it. */
const SPENT_BY = {
  max_steps: 'steps',
  max_phases: 'phases',
  max_planner_calls: 'plannerCalls',
  max_tokens: 'tokens',
  max_cost_usd: 'costUsd',
} as const satisfies Partial<Record<keyof Bounds, keyof Usage>>

export type SpendableBound = keyof typeof SPENT_BY

const SPENDABLE: ReadonlyArray<SpendableBound> = [
  'max_steps',
  'max_phases',
  'max_planner_calls',
  'max_tokens',
  'max_cost_usd',
]

export const NUMERIC_BOUNDS = [...SPENDABLE, 'max_depth', 'max_fan_out', 'max_wall_clock_seconds'] as const

export type NumericBound = (typeof NUMERIC_BOUNDS)[number]

export const ALLOW_LISTS = ['allowed_handlers', 'allowed_hosts', 'allowed_secrets'] as const

export type AllowList = (typeof ALLOW_LISTS)[number]

/** Entries that are written differently and mean the same: a catalog handler with its prefix, a host in capitals. */
const MEANING: Readonly<Record<AllowList, (entry: string) => string>> = {
  allowed_handlers: (entry) => (isCatalogHandler(entry) ? entry.slice(CATALOG_PREFIX.length) : entry),
  allowed_hosts: (entry) => entry.trim().toLowerCase(),
  allowed_secrets: (entry) => entry,
}

/** Dollars are sums of fractions; a difference below this is a rounding error and no use of the bound. */
const ROUNDING_USD = 1e-9

/**
 * What satisfies both: the smaller number, the entries of an allow-list that stand in both, every required
 * convergence. A bound that only one of them states is that one's.
 */
export const narrow = (a: Bounds, b: Bounds): Bounds => {
  const narrowed: { -readonly [K in keyof Bounds]: Bounds[K] } = { ...a, ...b }
  for (const bound of NUMERIC_BOUNDS) {
    const [one, other] = [a[bound], b[bound]]
    if (one !== undefined && other !== undefined) narrowed[bound] = Math.min(one, other)
  }
  for (const list of ALLOW_LISTS) {
    const [one, other] = [a[list], b[list]]
    if (one !== undefined && other !== undefined) {
      const both = new Set(other.map(MEANING[list]))
      narrowed[list] = one.filter((entry) => both.has(MEANING[list](entry)))
    }
  }
  if (a.required_convergence !== undefined || b.required_convergence !== undefined) {
    narrowed.required_convergence = [...new Set([...(a.required_convergence ?? []), ...(b.required_convergence ?? [])])]
  }
  return narrowed
}

/** More, as people allow it: a number that is stated is never lowered, a list gets what is new; the rest goes on as it is. */
export const raise = (bounds: Bounds, more: Bounds): Bounds => {
  const raised: { -readonly [K in keyof Bounds]: Bounds[K] } = { ...bounds }
  for (const bound of NUMERIC_BOUNDS) {
    const [stated, asked] = [bounds[bound], more[bound]]
    if (stated !== undefined && asked !== undefined) raised[bound] = Math.max(stated, asked)
  }
  for (const list of ALLOW_LISTS) {
    const [stated, asked] = [bounds[list], more[list]]
    if (stated !== undefined && asked !== undefined) raised[list] = [...new Set([...stated, ...asked])]
  }
  return raised
}

/** The same of a whole task: where it lists no hosts or secrets none is allowed, and what people add begins a list. */
export const allowMore = (bounds: Bounds, more: Bounds): Bounds => {
  const { allowed_hosts: hosts = more.allowed_hosts, allowed_secrets: secrets = more.allowed_secrets } = bounds
  return raise(
    {
      ...bounds,
      ...(hosts === undefined ? {} : { allowed_hosts: hosts }),
      ...(secrets === undefined ? {} : { allowed_secrets: secrets }),
    },
    more,
  )
}

/** The bounds less what is used or promised; never below nothing. Depth, fan-out, time and lists are not used up. */
export const left = (bounds: Bounds, used: Usage): Bounds => {
  const remaining: { -readonly [K in keyof Bounds]: Bounds[K] } = { ...bounds }
  for (const bound of SPENDABLE) {
    const limit = bounds[bound]
    if (limit === undefined) continue
    const rest = limit - used[SPENT_BY[bound]]
    remaining[bound] = rest < ROUNDING_USD ? 0 : rest
  }
  return remaining
}

export interface Overrun {
  readonly bound: SpendableBound
  /** What is left of the bound. */
  readonly limit: number
  /** What is asked of it. */
  readonly value: number
}

/** The bounds that a use would pass; none where `remaining` covers it. */
export const covers = (remaining: Bounds, usage: Usage): ReadonlyArray<Overrun> =>
  SPENDABLE.flatMap((bound): ReadonlyArray<Overrun> => {
    const limit = remaining[bound]
    const value = usage[SPENT_BY[bound]]
    return limit === undefined || value <= limit + (bound === 'max_cost_usd' ? ROUNDING_USD : 0)
      ? []
      : [{ bound, limit, value }]
  })
