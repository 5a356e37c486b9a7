/**
 * What has to happen at a time, derived from events alone: a row lives from the event that made it to the one that
 * claims, cancels or supersedes it. Asked with the state *before* the event, since afterwards nobody knows any more
 * which session held a cancelled attempt.
 */
import type { TaskEvent } from './event.js'
import type { Node } from './graph/node.js'
import { findNode, type TaskState } from './state.js'
import { queueOf } from './step.js'

export interface DueChange {
  readonly key: string
  /** Undefined removes the row. */
  readonly row: Due | undefined
}

export interface Due {
  readonly kind: 'queue' | 'retry' | 'timer' | 'gate' | 'deadline' | 'abort' | 'command'
  readonly dueAtMs: number
  /** The queue of an entry, or the session of an abort. */
  readonly target: string | null
  readonly data: DueData
}

/** What a reader needs in order to act without reading the stream. */
export interface DueData {
  readonly step: number
  readonly attempt: number
  readonly enqueue?: number
  readonly version?: number
}

export const DEADLINE_KEY = 'deadline'
export const BLOCKED_KEY = 'blocked'
export const queueKey = (step: number): string => `queue/${step}`
export const retryKey = (step: number): string => `retry/${step}`
export const gateKey = (step: number): string => `gate/${step}`
export const waitKey = (step: number): string => `wait/${step}`
/** Commands to other streams; their keys are unique in the stream that sends them. */
export const startChildKey = (child: string): string => `command/start/${child}`
export const cancelChildKey = (child: string): string => `command/cancel/${child}`
export const END_CHILD_KEY = 'command/ended'
export const abortKey = (step: number, attempt: number): string => `abort/${step}/${attempt}`

const NONE: ReadonlyArray<DueChange> = []

export const dueChanges = (before: TaskState, event: TaskEvent, nowMs: number): ReadonlyArray<DueChange> => {
  switch (event.type) {
    case 'task-created':
      return event.data.maxDurationMs === undefined
        ? NONE
        : [timer(DEADLINE_KEY, 'deadline', nowMs + event.data.maxDurationMs)]
    case 'task-blocked':
      return before.onBlocked === undefined || before.onBlocked.errorAfterMs === 0
        ? NONE
        : [timer(BLOCKED_KEY, 'timer', nowMs + before.onBlocked.errorAfterMs)]
    case 'task-reopened':
      return [gone(BLOCKED_KEY)]
    case 'task-completed':
    case 'task-failed':
    case 'task-cancelled':
      return [...closing(before), ...(before.parent === undefined ? NONE : [command(END_CHILD_KEY, -1, nowMs)])]
    case 'command-delivered':
      return [gone(event.data.key)]
    case 'step-enqueued':
    case 'step-started':
    case 'step-waiting':
    case 'child-requested':
    case 'step-completed':
    case 'step-failed':
    case 'step-attempt-failed':
    case 'step-cancelled':
    case 'step-skipped':
    case 'step-resolved-manually':
    case 'step-completed-manually':
    case 'gate-opened':
    case 'gate-escalated':
    case 'gate-approved':
    case 'gate-rejected':
    case 'gate-expired':
    case 'late-result-recorded': {
      const node = findNode(before, event.data.step)
      return node === undefined ? NONE : ofStep(before, node, event, nowMs)
    }
    default:
      return NONE
  }
}

type StepDueEvent = Extract<TaskEvent, { data: { step: string } }>

const ofStep = (before: TaskState, node: Node, event: StepDueEvent, nowMs: number): ReadonlyArray<DueChange> => {
  switch (event.type) {
    case 'step-enqueued': {
      const { attempt, enqueue } = event.data
      const data = { step: node.id, attempt, enqueue, version: before.version + 1 }
      const target = queueOf(node.definition.handler, before.template.namespace)
      const entry: DueChange = { key: queueKey(node.id), row: { kind: 'queue', dueAtMs: nowMs, target, data } }
      return node.state.kind === 'waiting_for_retry' ? [entry, gone(retryKey(node.id))] : [entry]
    }
    case 'step-started':
      return [gone(queueKey(node.id))]
    case 'step-waiting': {
      const { attempt, untilMs } = event.data
      if (untilMs === undefined) return NONE
      return [
        {
          key: waitKey(node.id),
          row: { kind: 'timer', dueAtMs: untilMs, target: null, data: { step: node.id, attempt } },
        },
      ]
    }
    case 'child-requested':
      return [command(startChildKey(event.data.child), node.id, nowMs)]
    case 'step-completed':
    case 'step-failed':
      return waitTimer(node)
    case 'step-attempt-failed': {
      const { attempt, dueAtMs } = event.data
      if (dueAtMs === null) return NONE
      return [
        { key: retryKey(node.id), row: { kind: 'retry', dueAtMs, target: null, data: { step: node.id, attempt } } },
      ]
    }
    case 'step-cancelled':
    case 'step-skipped':
    case 'step-resolved-manually':
    case 'step-completed-manually':
      return cancelled(node)
    case 'gate-opened':
      return gateTimer(node, event.data.timeoutAtMs)
    case 'gate-escalated':
      return gateTimer(node, event.data.timeoutAtMs ?? undefined)
    case 'gate-approved':
    case 'gate-rejected':
    case 'gate-expired':
      return [gone(gateKey(node.id))]
    case 'late-result-recorded':
      return [gone(abortKey(node.id, event.data.attempt))]
    default:
      return NONE
  }
}

const gateTimer = (node: Node, timeoutAtMs: number | undefined): ReadonlyArray<DueChange> => {
  if (timeoutAtMs === undefined) return [gone(gateKey(node.id))]
  const data = { step: node.id, attempt: node.attempt }
  return [{ key: gateKey(node.id), row: { kind: 'gate', dueAtMs: timeoutAtMs, target: null, data } }]
}

/** A running attempt is told through its session's lease; whatever else the step waited for is no longer due. */
const cancelled = (node: Node): ReadonlyArray<DueChange> => {
  switch (node.state.kind) {
    case 'enqueued':
      return [gone(queueKey(node.id))]
    case 'waiting_for_retry':
      return [gone(retryKey(node.id))]
    case 'waiting_for_approval':
      return [gone(gateKey(node.id))]
    case 'waiting': {
      const { child } = node.state.wait
      return child === undefined
        ? waitTimer(node)
        : [...waitTimer(node), command(cancelChildKey(child.task), node.id, 0)]
    }
    case 'in_progress': {
      const { attempt, session } = node.state
      const data = { step: node.id, attempt }
      return [{ key: abortKey(node.id, attempt), row: { kind: 'abort', dueAtMs: 0, target: String(session), data } }]
    }
    default:
      return NONE
  }
}

const waitTimer = (node: Node): ReadonlyArray<DueChange> =>
  node.state.kind === 'waiting' && node.state.wait.untilMs !== undefined ? [gone(waitKey(node.id))] : NONE

const command = (key: string, step: number, dueAtMs: number): DueChange => ({
  key,
  row: { kind: 'command', dueAtMs, target: null, data: { step, attempt: 0 } },
})

const closing = (before: TaskState): ReadonlyArray<DueChange> => [
  ...(before.maxDurationMs === undefined ? NONE : [gone(DEADLINE_KEY)]),
  ...(before.onBlocked === undefined ? NONE : [gone(BLOCKED_KEY)]),
]

const timer = (key: string, kind: 'deadline' | 'timer', dueAtMs: number): DueChange => ({
  key,
  row: { kind, dueAtMs, target: null, data: { step: -1, attempt: 0 } },
})

const gone = (key: string): DueChange => ({ key, row: undefined })
