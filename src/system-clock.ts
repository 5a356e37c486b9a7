/** Real time and real chance. */
import type { Clock } from './ports/clock.js'

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms)
    timer.unref()
    return { cancel: () => clearTimeout(timer) }
  },
  random: () => Math.random(),
}
