/** Real time, of which a test may leave out what it does not want to wait for. Timers fire in the order of their times. */
import type { Clock } from '../ports/clock.js'

export interface SkippingClock extends Clock {
  /** Now is `toMs` at least: everything that was due until then fires at once. */
  skipTo(toMs: number): void
  /** Lets go of the timer; nothing fires any more. */
  stop(): void
}

interface Timer {
  readonly atMs: number
  readonly callback: () => void
}

export const createSkippingClock = (): SkippingClock => {
  let skippedMs = 0
  const timers = new Set<Timer>()
  let alarm: NodeJS.Timeout | undefined
  const now = (): number => Date.now() + skippedMs

  const earliest = (): Timer | undefined => {
    let first: Timer | undefined
    for (const timer of timers) if (first === undefined || timer.atMs < first.atMs) first = timer
    return first
  }
  const fire = (): void => {
    for (let next = earliest(); next !== undefined && next.atMs <= now(); next = earliest()) {
      timers.delete(next)
      next.callback()
    }
    schedule()
  }
  const schedule = (): void => {
    clearTimeout(alarm)
    const next = earliest()
    alarm = next === undefined ? undefined : setTimeout(fire, Math.min(Math.max(0, next.atMs - now()), LONGEST_MS))
    // A test that has ended must not wait for what a lease would do next.
    alarm?.unref()
  }
  return {
    now,
    random: () => Math.random(),
    after: (ms, callback) => {
      const timer = { atMs: now() + ms, callback }
      timers.add(timer)
      schedule()
      return { cancel: () => void timers.delete(timer) }
    },
    skipTo: (toMs) => {
      skippedMs += Math.max(0, toMs - now())
      schedule()
    },
    stop: () => {
      timers.clear()
      clearTimeout(alarm)
    },
  }
}

/** Node's own limit of a timer; a longer one is set again. */
const LONGEST_MS = 2 ** 31 - 1
