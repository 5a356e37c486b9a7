/** What is due when everything is over: nothing of a task that has ended, but what still has to be told to somebody. */
import type { MemoryStore } from '../../src/log/memory-store.js'

const TOLD_LATER: ReadonlyArray<string> = ['abort', 'command']

/** What is wrong, or undefined. */
export const dueFaultIn = (store: MemoryStore): string | undefined => {
  for (const [stream, rows] of store.due) {
    if (store.heads.get(stream)?.open !== false) continue
    for (const { key, kind } of rows.values()) {
      if (!TOLD_LATER.includes(kind)) return `${key} is due of ${stream}, which has ended`
    }
  }
  return undefined
}
