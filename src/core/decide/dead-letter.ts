/**
 * A dead letter is a task that somebody has to look into: it is blocked, has ended in error, or stood still or ran on for
 * longer than its template allows. It is one as long as the fold says so; what a person decides about it is an event.
 */
import { isClosed, type TaskState } from '../state.js'
import { accept, type Decision, refuse } from './decision.js'
import { type Emitter, emitter } from './emit.js'
import type { Envelope } from './envelope.js'
import { cancelSteps } from './task.js'

/**
 * In Tasker Core's words. `manually_resolved`: what the task was to do is done otherwise, or need not be done; it is
 * closed where nothing of it moves any more, else it goes on. `permanently_failed`: it ends, or stays, in error.
 * `cancelled`: it is cancelled.
 */
export type Resolution = 'manually_resolved' | 'permanently_failed' | 'cancelled'

export interface ResolveDeadLetter {
  readonly type: 'resolve-dead-letter'
  readonly resolution: Resolution
  readonly reason: string | null
}

export const resolveDeadLetter = (state: TaskState, command: ResolveDeadLetter, envelope: Envelope): Decision => {
  const { deadLetter, phase } = state
  if (deadLetter === undefined) return refuse('no_dead_letter', `the task is no dead letter: it is ${phase.kind}`)
  const { resolution, reason } = command
  if (resolution === 'cancelled' && isClosed(phase)) {
    return refuse('task_closed', `the task is ${phase.kind}; it cannot be cancelled any more`)
  }
  const to = emitter(state, envelope)
  // A failure makes a dead letter: it comes first, so that what ends that has the last word.
  if (resolution === 'permanently_failed') fail(state, to, reason, deadLetter.event)
  const resolved = to.emit('dead-letter-resolved', { resolution, reason, opened: deadLetter.event }, deadLetter.event)
  if (resolution === 'cancelled') cancel(state, to, reason, resolved)
  else if (resolution === 'manually_resolved' && (phase.kind === 'blocked' || phase.kind === 'error')) {
    to.emit('task-resolved-manually', { reason }, resolved)
  }
  return accept(to.events)
}

const cancel = (state: TaskState, to: Emitter, reason: string | null, causation: string): void => {
  cancelSteps(state, to, to.emit('task-cancelled', { reason }, causation))
}

const fail = (state: TaskState, to: Emitter, reason: string | null, causation: string): void => {
  if (isClosed(state.phase)) return
  const step = state.phase.kind === 'blocked' ? (state.phase.failed[0] ?? null) : null
  const error = { code: 'permanently_failed', message: reason ?? 'somebody looked into it, and gave it up' }
  cancelSteps(state, to, to.emit('task-failed', { error, step }, causation))
}
