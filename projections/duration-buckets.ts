/** Durations counted in a few columns, so that those of many tasks can be added up in any order. */
export interface DurationCounts {
  readonly up_to_10_ms: number
  readonly up_to_100_ms: number
  readonly up_to_1_s: number
  readonly up_to_10_s: number
  readonly up_to_1_min: number
  readonly up_to_10_min: number
  readonly up_to_1_h: number
  readonly longer: number
}

const BUCKETS: ReadonlyArray<readonly [keyof DurationCounts, number]> = [
  ['up_to_10_ms', 10],
  ['up_to_100_ms', 100],
  ['up_to_1_s', 1_000],
  ['up_to_10_s', 10_000],
  ['up_to_1_min', 60_000],
  ['up_to_10_min', 600_000],
  ['up_to_1_h', 3_600_000],
]

/** The column in which a duration is counted. */
export const bucketOf = (ms: number): keyof DurationCounts => BUCKETS.find(([, most]) => ms <= most)?.[0] ?? 'longer'

/** Whole milliseconds between two times; clocks of two processes may disagree, and nothing takes less than no time. */
export const elapsedMs = (fromMs: number, toMs: number): number => Math.max(0, Math.round(toMs - fromMs))
