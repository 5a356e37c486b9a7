/** How often each type of event happened: the size of a story at a glance. */
import type { TaskEvent } from '../../src/core/event.js'

/** Types in the order in which they first happened. */
export const countEvents = (events: ReadonlyArray<TaskEvent>): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const event of events) counts.set(event.type, (counts.get(event.type) ?? 0) + 1)
  return counts
}

export const eventCountLines = (counts: ReadonlyMap<string, number>): ReadonlyArray<string> => {
  const width = Math.max(0, ...[...counts.keys()].map((type) => type.length))
  return [...counts].map(([type, count]) => `${type.padEnd(width)}  ${String(count).padStart(5)}`)
}
