/**
 * When a task must have ended: the earlier of its template's duration and of its bound on the wall clock. Counted from
 * the time for which it was created.
 */
import type { Bounds } from '../bounds.js'
import type { Deadline, TaskState } from '../state.js'
import type { Template } from '../template.js'

export const deadlineOf = ({ lifecycle, bounds }: Template, startMs: number): Deadline | undefined =>
  earlier(lifecycle.maxDurationMs, bounds.max_wall_clock_seconds, startMs)

/** A raised bound on the wall clock moves the deadline that it had set. */
export const movedDeadline = (state: TaskState, raised: Bounds): Deadline | undefined => {
  const { deadline, bounds, maxDurationMs } = state
  const [before, after] = [bounds.max_wall_clock_seconds, raised.max_wall_clock_seconds]
  if (deadline?.limit !== 'max_wall_clock_seconds' || before === undefined || after === undefined || after <= before)
    return deadline
  const moved = earlier(maxDurationMs, after, deadline.atMs - before * 1000)
  if (moved === undefined || deadline.leftMs === undefined) return moved
  return { ...moved, leftMs: deadline.leftMs + moved.atMs - deadline.atMs }
}

/** What still limits a task whose bound on the wall clock is used up, and which goes on: its duration, where one is stated. */
export const remainingDeadline = ({ deadline, bounds, maxDurationMs }: TaskState): Deadline | undefined => {
  if (deadline === undefined || maxDurationMs === undefined) return undefined
  const startMs = deadline.atMs - (bounds.max_wall_clock_seconds ?? 0) * 1000
  return { limit: 'max_duration_minutes', atMs: startMs + maxDurationMs }
}

/** People gave the task time until then; its duration limits it all the same. */
export const grantedDeadline = ({ deadline }: TaskState, atMs: number): Deadline =>
  deadline !== undefined && deadline.atMs < atMs ? deadline : { limit: 'max_wall_clock_seconds', atMs }

const earlier = (
  durationMs: number | undefined,
  wallClockSeconds: number | undefined,
  startMs: number,
): Deadline | undefined => {
  if (wallClockSeconds !== undefined && (durationMs === undefined || wallClockSeconds * 1000 < durationMs)) {
    return { limit: 'max_wall_clock_seconds', atMs: startMs + wallClockSeconds * 1000 }
  }
  return durationMs === undefined ? undefined : { limit: 'max_duration_minutes', atMs: startMs + durationMs }
}
