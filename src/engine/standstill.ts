/** Waiting until a task stands still: it is over, blocked, or where the caller says so. */
import { WATCH_POLL_MS } from '../core/limits.js'
import { isOver, type TaskState } from '../core/state.js'
import { glanceAt, type TaskGlance } from '../core/view.js'
import type { Clock } from '../ports/clock.js'
import type { Engine } from './engine.js'
import type { ForeignEnds } from './foreign-ends.js'

export interface WaitOptions {
  readonly signal?: AbortSignal
  /** Also resolves where this holds, e.g. when only a person can move the task. Asked after each append to it. */
  readonly until?: (glance: TaskGlance) => boolean
}

export interface StandstillNeeds {
  readonly engine: Pick<Engine, 'look' | 'watch' | 'slots'>
  readonly clock: Clock
  readonly ends: Pick<ForeignEnds, 'wait'>
}

/** Told by what this process appends; looks at the log when it has heard nothing for a while. False: no such task. */
export const standstill = async (needs: StandstillNeeds, stream: string, options: WaitOptions): Promise<boolean> => {
  const { engine } = needs
  let done = false
  let mayGoOn = true
  const see = (state: TaskState): void => {
    done ||= isOver(state) || state.phase.kind === 'blocked' || (options.until?.(glanceAt(state)) ?? false)
    mayGoOn = state.phase.kind !== 'complete' && state.phase.kind !== 'cancelled'
  }
  // An end that is known here is one everywhere; what is still open, or can be repaired, may have gone on elsewhere.
  if (!(await engine.look(stream, see, 'as-known'))) return false
  if (done && mayGoOn) {
    done = false
    await engine.look(stream, see)
  }
  while (!done) {
    await silence(needs, stream, options.signal, see, () => done)
    options.signal?.throwIfAborted()
    if (!done) await engine.look(stream, see)
  }
  return true
}

/** Resolves when it is over, when nothing was heard of the task for a while, when it ended elsewhere, or when aborted. */
const silence = (
  { engine, clock, ends }: StandstillNeeds,
  stream: string,
  signal: AbortSignal | undefined,
  see: (state: TaskState) => void,
  over: () => boolean,
): Promise<void> =>
  new Promise((resolve) => {
    let heard = false
    let timer: { cancel(): void } | undefined
    const stop = (): void => {
      timer?.cancel()
      unwatch()
      unfollow()
      signal?.removeEventListener('abort', stop)
      resolve()
    }
    const wait = (): void => {
      timer = clock.after(WATCH_POLL_MS, () => {
        if (!heard) return stop()
        heard = false
        wait()
      })
    }
    const unwatch = engine.watch(stream, (state) => {
      heard = true
      see(state)
      if (over()) stop()
    })
    // A process that runs steps mostly runs its own tasks, and would read of them what it knows already.
    const unfollow = engine.slots.queues.length === 0 ? ends.wait(stream, stop) : () => undefined
    signal?.addEventListener('abort', stop)
    wait()
  })
