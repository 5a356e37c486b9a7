/** Real time; unlike the library's clock it keeps the test's process alive while something is still to come. */
import type { Clock } from '../../src/ports/clock.js'

export const liveClock: Clock = {
  now: () => Date.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms)
    return { cancel: () => clearTimeout(timer) }
  },
  random: () => Math.random(),
}
