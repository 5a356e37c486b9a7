/** Commands to a task as a whole. */
import type { Node } from '../graph/node.js'
import { nodeAt, type TaskState } from '../state.js'
import { accept, type Decision, refuse } from './decision.js'
import { type Emitter, emitter } from './emit.js'
import type { Envelope } from './envelope.js'

export interface CancelTask {
  readonly type: 'cancel-task'
  readonly reason: string | null
}

export interface PauseTask {
  readonly type: 'pause-task'
  readonly reason: string | null
}

export interface ResumeTask {
  readonly type: 'resume-task'
  readonly reason: string | null
}

/** The time that a blocked task may wait for an operator is over. */
export interface FailBlockedTask {
  readonly type: 'fail-blocked-task'
}

/** Recorded at once: running attempts are told through their lease, and what they report later is refused. */
export const cancelTask = (state: TaskState, command: CancelTask, envelope: Envelope): Decision => {
  const to = emitter(state, envelope)
  const cancelled = to.emit('task-cancelled', { reason: command.reason })
  cancelSteps(state, to, cancelled)
  return accept(to.events)
}

export const pauseTask = (state: TaskState, command: PauseTask, envelope: Envelope): Decision => {
  if (state.phase.kind === 'paused') return refuse('task_paused', 'the task is paused already')
  const to = emitter(state, envelope)
  const { deadline } = state
  const leftMs = deadline === undefined ? 0 : deadline.atMs - envelope.nowMs
  const left = leftMs > 0 ? { deadlineLeftMs: leftMs } : {}
  const since = state.timed.length > 0 ? { atMs: envelope.nowMs } : {}
  to.emit('task-paused', { reason: command.reason, ...left, ...since })
  return accept(to.events)
}

export const resumeTask = (state: TaskState, command: ResumeTask, envelope: Envelope): Decision => {
  if (state.phase.kind !== 'paused')
    return refuse('task_not_paused', `the task is not paused: it is ${state.phase.kind}`)
  const to = emitter(state, envelope)
  const leftMs = state.deadline?.leftMs
  const stood = state.pausedAtMs === undefined ? {} : { stoodStillMs: Math.max(0, envelope.nowMs - state.pausedAtMs) }
  const deadline = leftMs === undefined ? {} : { deadlineAtMs: envelope.nowMs + leftMs }
  to.emit('task-resumed', { reason: command.reason, ...deadline, ...stood })
  return accept(to.events)
}

export const failBlockedTask = (state: TaskState, envelope: Envelope): Decision => {
  if (state.phase.kind !== 'blocked')
    return refuse('task_not_blocked', `the task is not blocked: it is ${state.phase.kind}`)
  const to = emitter(state, envelope)
  const step = state.phase.failed[0] ?? null
  to.emit('task-failed', { error: { code: 'blocked_by_failures', message: 'nobody repaired the task in time' }, step })
  return accept(to.events)
}

/** Everything that stands in a queue, runs or waits ends with its task. */
export const cancelSteps = (state: TaskState, to: Emitter, causation: string): void => {
  for (const node of stepsInFlight(state)) {
    const attempt = 'attempt' in node.state ? node.state.attempt : null
    to.emit('step-cancelled', { step: node.definition.name, attempt }, causation)
  }
}

/** Steps that stand in a queue, run, or wait; those that never began simply never will. */
const stepsInFlight = (state: TaskState): ReadonlyArray<Node> => {
  const moving = [...state.running, ...state.enqueued].map((id) => nodeAt(state, id))
  if (state.waitingForRetry + state.waitingForApproval + state.waiting === 0) return moving
  const waiting = state.nodes.filter(
    ({ state: step }) =>
      step.kind === 'waiting_for_retry' || step.kind === 'waiting_for_approval' || step.kind === 'waiting',
  )
  return [...moving, ...waiting]
}
