/**
 * Time that passes on purpose: how long work takes, how often somebody is killed, when a person comes by. Nothing here
 * waits for a state; what is to come about is observed.
 */
import { liveClock } from '../support/live-clock.js'

/** Resolves after so many milliseconds; rejects as soon as the signal is aborted. */
export const passing = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const abort = (): void => {
      timer.cancel()
      reject(signal?.reason)
    }
    const timer = liveClock.after(ms, () => {
      signal?.removeEventListener('abort', abort)
      resolve()
    })
    if (signal?.aborted === true) abort()
    else signal?.addEventListener('abort', abort, { once: true })
  })
