/**
 * How many read streams at once, and for how long each of them may go on. What let them in is looked at again and again:
 * a key that is revoked, a token that has expired, a login that was ended closes the stream soon after, and so does
 * whatever keeps that from being looked at. Whoever may still come in comes back where they were.
 */
import type { Clock } from '../ports/clock.js'
import type { Standing } from './caller.js'
import { ADMISSION_LOOK_MS, MAX_STREAM_MS, MAX_STREAMS } from './limits.js'
import { HttpProblem } from './problem.js'

let open = 0

/** Streams of this process that somebody reads now. */
export const openStreams = (): number => open

/** A place among those who follow this process, until it is given back. Throws an `HttpProblem` (`too_many_streams`). */
export const takePlace = (): (() => void) => {
  if (open >= MAX_STREAMS) {
    const detail = `${MAX_STREAMS} readers follow this process already`
    throw new HttpProblem({ status: 503, code: 'too_many_streams', detail, headers: { 'retry-after': '5' } })
  }
  open += 1
  return () => {
    open -= 1
  }
}

/** Aborted with `signal`, where the reader is nobody's any more, and after `MAX_STREAM_MS`. */
export const whileAdmitted = (
  clock: Pick<Clock, 'now' | 'after'>,
  standing: Standing | undefined,
  signal: AbortSignal,
): AbortSignal => {
  const over = new AbortController()
  const endMs = clock.now() + MAX_STREAM_MS
  const look = async (): Promise<void> => {
    const isAdmitted = clock.now() < endMs && (await stands(standing))
    if (signal.aborted) return
    if (isAdmitted) timer = clock.after(ADMISSION_LOOK_MS, look)
    else over.abort()
  }
  let timer = clock.after(ADMISSION_LOOK_MS, look)
  signal.addEventListener('abort', () => timer.cancel(), { once: true })
  return AbortSignal.any([signal, over.signal])
}

/** Where it cannot be told, a request would not be let in either. */
const stands = async (standing: Standing = async () => true): Promise<boolean> => {
  try {
    return await standing()
  } catch {
    return false
  }
}
