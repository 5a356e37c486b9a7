/** The status of a task in one word, derived from its state and never stored in an event. */
import { queuedSteps, retryingSteps } from './graph/held.js'
import type { TaskState } from './state.js'

export const TASK_STATUSES = [
  'pending',
  'running',
  'waiting_for_retry',
  'waiting_for_approval',
  'paused',
  'blocked_by_failures',
  'complete',
  'error',
  'cancelled',
  'resolved_manually',
] as const

export type TaskStatus = (typeof TASK_STATUSES)[number]

export const statusOf = (state: TaskState): TaskStatus => {
  switch (state.phase.kind) {
    case 'new':
      return 'pending'
    case 'open':
      return openStatus(state)
    case 'paused':
      return 'paused'
    case 'blocked':
      return 'blocked_by_failures'
    case 'complete':
    case 'error':
    case 'cancelled':
    case 'resolved_manually':
      return state.phase.kind
    default:
      return unreachable(state.phase)
  }
}

const openStatus = (state: TaskState): TaskStatus => {
  if (state.running.size + state.waiting > 0) return 'running'
  const waiting = queuedSteps(state)
  if (waiting === 0 && retryingSteps(state) > 0) return 'waiting_for_retry'
  if (waiting === 0 && state.waitingForApproval > 0) return 'waiting_for_approval'
  return state.started ? 'running' : 'pending'
}

const unreachable = (phase: never): never => {
  throw new Error(`unknown phase ${JSON.stringify(phase)}`)
}
