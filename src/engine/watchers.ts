/** Who looks at a task after each append of this process to it. */
import type { TaskState } from '../core/state.js'

export type Watchers = Map<string, Set<(state: TaskState) => void>>

export const watchIn = (watchers: Watchers, stream: string, listener: (state: TaskState) => void): (() => void) => {
  const known = watchers.get(stream) ?? new Set<(state: TaskState) => void>()
  known.add(listener)
  watchers.set(stream, known)
  return () => {
    known.delete(listener)
    if (known.size === 0) watchers.delete(stream)
  }
}
