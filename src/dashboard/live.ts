/**
 * What pages follow: one watch on the log for a whole process, told to all who look. A page is told only after the
 * projections show what it will ask for, and not more often than anybody reads.
 */
import { streamSSE } from 'hono/streaming'
import { taskOf } from '../engine/ids.js'
import { takePlace, whileAdmitted } from '../http/admission.js'
import type { AppParts } from '../http/app-parts.js'
import type { PageContext } from './board.js'

/** Nobody reads faster. */
const TELL_EVERY_MS = 500
const WATCH_MS = 10_000
/** A page that is not told anything is told that it is connected. */
const SIGN_OF_LIFE_MS = 15_000
/** Tasks that are named; where there are more, everybody looks. */
const MOST_EVENTS = 1_000

/** What has changed: these tasks, or (null) too many to say. */
type Changed = ReadonlySet<string> | null
type Listener = (changed: Changed) => void

export interface LiveFeed {
  /** Calls back from `ready` on, until `stop` is called. */
  listen(listener: Listener): { readonly ready: Promise<void>; readonly stop: () => void }
}

const nothing = (): void => undefined

export const createLiveFeed = ({ log, projections, clock, logger }: AppParts): LiveFeed => {
  const listeners = new Set<Listener>()
  let isWatching = false
  /** The watch knows from where on; what happens before is on the page that asks. */
  let begun: Promise<void> = Promise.resolve()

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      clock.after(ms, () => resolve())
    })

  const changedSince = async (position: number): Promise<{ readonly changed: Changed; readonly end: number }> => {
    const events = await log.readAll(position, MOST_EVENTS)
    const last = events.at(-1)
    if (last === undefined) return { changed: new Set(), end: position }
    if (events.length === MOST_EVENTS) return { changed: null, end: await log.position() }
    return { changed: new Set(events.map(({ stream }) => taskOf(stream))), end: last.position }
  }

  const watch = async (from: number): Promise<void> => {
    let position = from
    while (listeners.size > 0) {
      if (!(await log.waitFor(position, WATCH_MS))) continue
      const { changed, end } = await changedSince(position)
      position = end
      await projections.waitFor('task_summaries', end, WATCH_MS)
      for (const listener of [...listeners]) listener(changed)
      await pause(TELL_EVERY_MS)
    }
  }

  const keepWatching = async (): Promise<void> => {
    while (listeners.size > 0) {
      const from = log.position()
      begun = from.then(nothing, nothing)
      try {
        await watch(await from)
      } catch (error) {
        // Nobody looks any more: the log was closed under the last wait.
        if (listeners.size === 0) break
        logger.warn('the pages cannot be told what changes', { error: String(error) })
        await pause(WATCH_MS)
      }
    }
    isWatching = false
  }

  return {
    listen: (listener) => {
      listeners.add(listener)
      if (!isWatching) {
        isWatching = true
        void keepWatching()
      }
      return { ready: begun, stop: () => listeners.delete(listener) }
    },
  }
}

/** Server-sent events for one page: `changed` whenever it should look again. Throws an `HttpProblem` (`too_many_streams`). */
export const streamChanges = (c: PageContext, feed: LiveFeed, { clock }: Pick<AppParts, 'clock'>): Response => {
  const task = c.req.query('task')
  const giveBack = takePlace()
  return streamSSE(c, async (stream) => {
    let wake = (): void => undefined
    let isNew = false
    const { ready, stop } = feed.listen((changed) => {
      if (task !== undefined && changed !== null && !changed.has(task)) return
      isNew = true
      wake()
    })
    const gone = new AbortController()
    stream.onAbort(() => gone.abort())
    const over = whileAdmitted(clock, c.get('standing'), AbortSignal.any([gone.signal, c.get('closing')]))
    over.addEventListener('abort', () => wake(), { once: true })
    try {
      await ready
      await stream.writeSSE({ event: 'hello', data: '' })
      while (!over.aborted) {
        if (!isNew) {
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, SIGN_OF_LIFE_MS)
            wake = () => {
              clearTimeout(timer)
              resolve()
            }
          })
        }
        if (over.aborted) break
        const event = isNew ? 'changed' : 'hello'
        isNew = false
        await stream.writeSSE({ event, data: '' })
      }
    } finally {
      stop()
      gone.abort()
      giveBack()
    }
  })
}
