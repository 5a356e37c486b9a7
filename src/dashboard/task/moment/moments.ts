/**
 * A task at a moment: as it stands, or as it was after one of its events. Pages ask the same of both, and are told the same.
 */

import { decodeEvent, type TaskEvent } from '../../../core/event.js'
import type { TaskState } from '../../../core/state.js'
import { streamOf } from '../../../engine/ids.js'
import { taskUnknown } from '../../../engine/task-refused.js'
import type { AppParts } from '../../../http/app-parts.js'
import { type Attempts, projectedAttempts } from './attempts.js'
import { Past } from './past.js'
import { ToldTasks } from './told-tasks.js'

export interface Seen<A> {
  /** What was made of the state. */
  readonly made: A
  readonly version: number
  /** The last version that there is. */
  readonly head: number
  /** The event after which it was so; undefined where this process cannot read it. */
  readonly event: TaskEvent | undefined
  readonly time: string
  readonly attempts: Attempts
}

export interface TaskMoments {
  /** `make` may keep nothing of the state. Throws `TaskRefused`: `task_unknown`, `version_unknown`, `unreadable_task`. */
  see<A>(task: string, at: number | null, make: (state: TaskState) => A): Promise<Seen<A>>
  /** All that happened, decoded; for what has to be told from the beginning. */
  readonly told: ToldTasks
}

export const openMoments = (parts: Pick<AppParts, 'tasks' | 'log' | 'projections'>): TaskMoments => {
  const told = new ToldTasks(parts.log)
  const past = new Past(told)
  return {
    told,
    see: (task, at, make) => (at === null ? seeNow(parts, task, make) : seePast(parts, past, { task, at }, make)),
  }
}

const seeNow = async <A>(
  { tasks, log, projections }: Pick<AppParts, 'tasks' | 'log' | 'projections'>,
  task: string,
  make: (state: TaskState) => A,
): Promise<Seen<A>> => {
  const { made, version } = await tasks.look(task, (state) => ({ made: make(state), version: state.version }))
  const [stored] = await log.readStream(streamOf(task), version - 1, 1)
  if (stored === undefined) throw taskUnknown(task)
  const decoded = decodeEvent(stored)
  return {
    made,
    version,
    head: version,
    event: decoded._tag === 'Right' ? decoded.right : undefined,
    time: stored.time,
    attempts: projectedAttempts(projections, task),
  }
}

const seePast = async <A>(
  { log }: Pick<AppParts, 'log'>,
  past: Past,
  { task, at }: { readonly task: string; readonly at: number },
  make: (state: TaskState) => A,
): Promise<Seen<A>> => {
  const head = await log.head(streamOf(task))
  if (head === undefined) throw taskUnknown(task)
  return past.see(task, at, ({ state, event, time, attempts }) => ({
    made: make(state),
    version: at,
    head: Math.max(at, head.version),
    event,
    time,
    attempts,
  }))
}
