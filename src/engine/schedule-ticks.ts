/**
 * Ticks of a cron pattern in its time zone. Where clocks are put forward, a job at a fixed time that does not exist runs
 * at the first moment after the gap; where they are put back, it runs at the first of the two (croner, after Vixie).
 */
import { Cron } from 'croner'
import * as E from 'fp-ts/lib/Either.js'
import { MAX_CATCH_UP_TICKS, SCHEDULE_GRACE_MS } from '../core/limits.js'
import type { CatchUp } from '../ports/schedules.js'

export interface Ticks {
  /** The first tick after a time; undefined where none comes any more. */
  after(ms: number): number | undefined
  /** Up to `count` ticks at or before a time, the latest first. */
  upTo(ms: number, count: number): ReadonlyArray<number>
}

export interface CronFault {
  readonly code: 'invalid_cron' | 'invalid_timezone'
  readonly message: string
}

const FIELDS = /^(@\w+|\S+(\s+\S+){4,5})$/

export const ticksOf = (pattern: string, timezone: string): E.Either<CronFault, Ticks> => {
  if (!isTimezone(timezone))
    return fault('invalid_timezone', `"${timezone}" is no time zone; write one as Europe/Berlin`)
  if (!FIELDS.test(pattern.trim())) {
    return fault('invalid_cron', `"${pattern}" must have five fields, or six with seconds first`)
  }
  try {
    const cron = new Cron(pattern.trim(), { timezone, mode: '5-or-6-parts' })
    return E.right({
      after: (ms) => cron.nextRun(new Date(ms))?.getTime(),
      // The reference itself is not among the previous ones.
      upTo: (ms, count) => cron.previousRuns(count, new Date(ms + 1)).map((tick) => tick.getTime()),
    })
  } catch (error) {
    return fault('invalid_cron', `"${pattern}" is no cron pattern: ${error instanceof Error ? error.message : error}`)
  }
}

const fault = (code: CronFault['code'], message: string): E.Either<CronFault, never> => E.left({ code, message })

const isTimezone = (timezone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: timezone }).format(0) !== ''
  } catch {
    return false
  }
}

export interface DueTicks {
  /** Those for which a task is to be created, the earliest first. */
  readonly run: ReadonlyArray<number>
  /** The first and the last of those that are passed over; undefined where none is. */
  readonly missed: { readonly from: number; readonly to: number } | undefined
  readonly next: number | undefined
}

/** What is to be done at a time, where `nextAt` is the first tick that nobody has decided about. */
export const dueTicks = (ticks: Ticks, nextAt: number, catchUp: CatchUp, nowMs: number): DueTicks => {
  const known = ticks.upTo(nowMs, MAX_CATCH_UP_TICKS).filter((tick) => tick >= nextAt)
  // A tick that somebody was a little late for was not missed.
  const run = known
    .filter(
      (tick, index) => tick >= nowMs - SCHEDULE_GRACE_MS || catchUp === 'all' || (catchUp === 'last' && index === 0),
    )
    .toReversed()
  const before = run[0] ?? ticks.after(nowMs) ?? Number.POSITIVE_INFINITY
  const last = ticks.upTo(Math.min(before - 1, nowMs), 1)[0]
  const missed = nextAt < before && last !== undefined && last >= nextAt ? { from: nextAt, to: last } : undefined
  return { run, missed, next: ticks.after(nowMs) }
}
