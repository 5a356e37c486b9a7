/**
 * Order among steps that wait. A task's priority counts in levels, the higher the sooner; a step gains one level for
 * each `PRIORITY_AGE_MS` that it has waited, so that whatever waits long enough comes first, and nothing starves.
 */
import { PRIORITY_AGE_MS } from '../core/limits.js'
import type { Hint } from '../ports/queue.js'

/** A place in a queue, and who waits there. */
export interface Place extends Pick<Hint, 'stream' | 'step' | 'attempt' | 'enqueue' | 'version' | 'handler'> {
  readonly taskPriority: number
  /** Milliseconds since the epoch. */
  readonly since: number
  readonly trace?: string
}

export const hintOf = (place: Place, nowMs: number): Hint => ({ ...place, priority: rankOf(levelOf(place, nowMs)) })

/** Of hints that an older process made, which say neither, as if they had just come. */
export const levelOf = ({ taskPriority = 0, since }: Pick<Hint, 'taskPriority' | 'since'>, nowMs: number): number =>
  taskPriority + Math.floor(Math.max(0, nowMs - (since ?? nowMs)) / PRIORITY_AGE_MS)

/** Where a queue has a step of the normal priority, with room on both sides of it. */
export const NORMAL_HINT_RANK = 1_000_000

/** Queues hand out the lowest rank first. */
const rankOf = (level: number): number => Math.max(NORMAL_HINT_RANK - level, 1)

export const isRaised = (hint: Hint, nowMs: number): boolean => levelOf(hint, nowMs) > (hint.taskPriority ?? 0)

/** The same for every copy of a hint, whoever sent it and when. */
export const placeKey = ({ stream, step, attempt, enqueue }: Hint): string => `${stream}/${step}/${attempt}/${enqueue}`
