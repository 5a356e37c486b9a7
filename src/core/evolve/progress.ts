/**
 * Progress of a task: something happened to its steps, or to the task as a whole. What people and clocks add beside it
 * is no progress, so that a task in which nothing moves is known for what it is (`staleness.ts`).
 */
import type { EventType } from '../event.js'

const NO_PROGRESS: ReadonlySet<EventType> = new Set([
  'priority-changed',
  'deadline-passed',
  'signal-received',
  'bounds-raised',
  'command-delivered',
  'late-result-recorded',
  'gate-reminded',
])

export const isProgress = (type: EventType): boolean => !NO_PROGRESS.has(type)
