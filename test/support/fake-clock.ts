/** A clock that stands still until a test moves it. Timers fire in the order of their times while it is moved. */
import type { Clock } from '../../src/ports/clock.js'

export interface FakeClock extends Clock {
  /** Moves the time forward and fires what becomes due, letting the rest of the program go on in between. */
  pass(ms: number): Promise<void>
}

interface Timer {
  readonly at: number
  readonly callback: () => void
}

/** Turns of the event loop after which nothing is under way over a log and a queue in memory. */
const SETTLING_TURNS = 20

export const createFakeClock = (startMs = Date.UTC(2026, 0, 1)): FakeClock => {
  let nowMs = startMs
  const timers = new Set<Timer>()
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < SETTLING_TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  const nextBefore = (endMs: number): Timer | undefined =>
    [...timers].filter(({ at }) => at <= endMs).toSorted((left, right) => left.at - right.at)[0]
  return {
    now: () => nowMs,
    after: (ms, callback) => {
      const timer = { at: nowMs + ms, callback }
      timers.add(timer)
      return { cancel: () => void timers.delete(timer) }
    },
    random: () => 0.5,
    pass: async (ms) => {
      const endMs = nowMs + ms
      await settle()
      for (let next = nextBefore(endMs); next !== undefined; next = nextBefore(endMs)) {
        timers.delete(next)
        nowMs = Math.max(nowMs, next.at)
        next.callback()
        await settle()
      }
      nowMs = endMs
    },
  }
}
