/**
 * A task is stale when it has stood in one situation for longer than its template allows and nothing has moved. Whatever
 * moves begins the time anew. The three situations are Tasker Core's, told from the state as it is: nothing of them is
 * stored but the version at which something moved last.
 */

import { type DueChange, gone, STALE_KEY } from './due-row.js'
import { queuedSteps, retryingSteps } from './graph/held.js'
import type { TaskState } from './state.js'
import type { TimeLimit } from './time-limits.js'

export interface Staleness {
  readonly limit: TimeLimit
  readonly afterMs: number
}

/** The limit under which the task stands now, if its template states one for its situation. */
export const stalenessOf = (state: TaskState): Staleness | undefined => {
  const { staleness } = state
  if (staleness === undefined || state.phase.kind !== 'open' || state.startsAtMs !== undefined) return undefined
  if (state.running.size > 0) return under('max_steps_in_process_minutes', staleness.stepsInProcessMs)
  if (queuedSteps(state) === 0 && retryingSteps(state) > 0) {
    return under('max_waiting_for_retry_minutes', staleness.waitingForRetryMs)
  }
  // What would go on stands in a queue or at a gate, or waits for a time, a signal or another task.
  return under('max_waiting_for_dependencies_minutes', staleness.waitingForDependenciesMs)
}

const under = (limit: TimeLimit, afterMs: number | undefined): Staleness | undefined =>
  afterMs === undefined ? undefined : { limit, afterMs }

/** What becomes of the row that watches the task, after events that moved it; nothing for a task without limits. */
export const stalenessChange = (state: TaskState, nowMs: number): DueChange | undefined => {
  if (state.staleness === undefined) return undefined
  const stands = stalenessOf(state)
  if (stands === undefined) return gone(STALE_KEY)
  const data = { step: -1, attempt: 0, version: state.progress }
  return { key: STALE_KEY, row: { kind: 'deadline', dueAtMs: nowMs + stands.afterMs, target: null, data } }
}
