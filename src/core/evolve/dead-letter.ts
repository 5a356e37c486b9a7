/** What makes a task a dead letter, and what ends that. */

import type { DeadLetterReason } from '../dead-letter.js'
import type { TaskEvent } from '../event.js'
import { findNode, type TaskState } from '../state.js'

export const noteDeadLetter = (state: TaskState, event: TaskEvent): void => {
  switch (event.type) {
    case 'task-blocked':
      return open(state, event, isExhausted(state, event.data.failed) ? 'exhausted' : 'blocked')
    case 'deadline-passed':
      if (event.data.deadLetter === true) open(state, event, isLate(event.data.limit) ? 'late' : 'stale')
      return
    case 'task-failed':
      // Where a limit of time says that the task simply ends, nobody need look into it.
      if (event.data.error.code !== 'deadline_passed') open(state, event, 'failed')
      return
    case 'dead-letter-resolved':
    case 'task-reopened':
    case 'task-completed':
    case 'task-cancelled':
    case 'task-resolved-manually':
      state.deadLetter = undefined
      return
    default:
  }
}

/** What was to be looked into first stays the reason. */
const open = (state: TaskState, event: TaskEvent, reason: DeadLetterReason): void => {
  state.deadLetter ??= { reason, event: event.id, version: state.version }
}

const isLate = (limit: string | undefined): boolean =>
  limit === 'max_duration_minutes' || limit === 'max_wall_clock_seconds'

const isExhausted = (state: TaskState, failed: ReadonlyArray<string>): boolean =>
  failed.some((name) => {
    const step = findNode(state, name)?.state
    return step?.kind === 'error' && (step.reason === 'attempts_exhausted' || step.reason === 'lost_too_often')
  })
