/**
 * What has to happen at a time, derived from events alone: a row lives from the event that made it to the one that
 * claims, cancels or supersedes it. Asked with the state *before* the event, since afterwards nobody knows any more
 * which session held a cancelled attempt.
 */
import type { TaskEvent } from './event.js'
import { movedDeadline } from './evolve/deadline.js'
import type { Node } from './graph/node.js'
import { REMINDER_RETRY_MS } from './limits.js'
import { findNode, nodeAt, type TaskState } from './state.js'
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
export const STALE_KEY = 'stale'
export const START_KEY = 'start'
export const BLOCKED_KEY = 'blocked'
export const queueKey = (step: number): string => `queue/${step}`
export const retryKey = (step: number): string => `retry/${step}`
export const gateKey = (step: number): string => `gate/${step}`
export const reminderKey = (step: number): string => `remind/${step}`
export const waitKey = (step: number): string => `wait/${step}`
/** Commands to other streams; their keys are unique in the stream that sends them. */
export const startChildKey = (child: string): string => `command/start/${child}`
export const cancelChildKey = (child: string): string => `command/cancel/${child}`
/** A reminder of a gate that is to be sent; a later one takes the place of one that nobody could send. */
export const sendReminderKey = (step: number, number: number): string => `command/remind/${step}/${number}`
export const END_CHILD_KEY = 'command/ended'
export const abortKey = (step: number, attempt: number): string => `abort/${step}/${attempt}`

const NONE: ReadonlyArray<DueChange> = []

export const dueChanges = (before: TaskState, event: TaskEvent, nowMs: number): ReadonlyArray<DueChange> => {
  const changes = changesOf(before, event, nowMs)
  // The clock of a paused task stands still: its timers are made anew when it is resumed.
  return before.phase.kind === 'paused' && event.type !== 'task-resumed' ? changes.filter(isNoTimer) : changes
}

const isNoTimer = ({ row }: DueChange): boolean => row === undefined || row.kind === 'abort' || row.kind === 'command'

const changesOf = (before: TaskState, event: TaskEvent, nowMs: number): ReadonlyArray<DueChange> => {
  switch (event.type) {
    case 'task-created':
      return atTimes(event.data.runAtMs, event.data.deadline?.atMs)
    case 'delay-ended':
      return [gone(START_KEY)]
    case 'task-paused':
      return standingStill(before)
    case 'task-resumed':
      return goingOn(before, event.data.deadlineAtMs, nowMs)
    case 'deadline-passed':
      return [gone(event.data.limit === before.deadline?.limit ? DEADLINE_KEY : STALE_KEY)]
    case 'bounds-raised': {
      const moved = movedDeadline(before, event.data.bounds)
      return moved === undefined || moved === before.deadline ? NONE : anew(timer(DEADLINE_KEY, 'deadline', moved.atMs))
    }
    case 'priority-changed':
      return [...before.enqueued].flatMap((id) => queueEntry(before, nodeAt(before, id), nowMs).flatMap(anew))
    case 'task-blocked':
      return before.onBlocked === undefined || before.onBlocked.errorAfterMs === 0
        ? NONE
        : [timer(BLOCKED_KEY, 'timer', nowMs + before.onBlocked.errorAfterMs)]
    case 'task-reopened':
      return [gone(BLOCKED_KEY), ...(before.phase.kind === 'error' ? stillAhead(before, nowMs) : NONE)]
    case 'task-completed':
    case 'task-failed':
    case 'task-cancelled':
    case 'task-resolved-manually':
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
    case 'gate-reminded':
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
      const entry = inQueue(before, node, event.data.attempt, event.data.enqueue, nowMs)
      return node.state.kind === 'waiting_for_retry' ? [entry, gone(retryKey(node.id))] : [entry]
    }
    case 'step-started':
      return [gone(queueKey(node.id))]
    case 'step-waiting': {
      const { attempt, untilMs } = event.data
      return untilMs === undefined ? NONE : [stepTimer(waitKey(node.id), 'timer', untilMs, node, attempt)]
    }
    case 'child-requested':
      return [command(startChildKey(event.data.child), node.id, nowMs)]
    case 'step-completed':
    case 'step-failed':
      return waitTimer(node)
    case 'step-attempt-failed': {
      const { attempt, dueAtMs } = event.data
      return dueAtMs === null ? NONE : [stepTimer(retryKey(node.id), 'retry', dueAtMs, node, attempt)]
    }
    case 'step-cancelled':
    case 'step-skipped':
    case 'step-resolved-manually':
    case 'step-completed-manually':
      return cancelled(node)
    case 'gate-opened': {
      const { timeoutAtMs, remindAtMs, attempt } = event.data
      const reminder =
        remindAtMs === undefined ? [] : [stepTimer(reminderKey(node.id), 'gate', remindAtMs, node, attempt)]
      return [...gateTimer(node, timeoutAtMs), ...reminder]
    }
    case 'gate-reminded': {
      const { nextAtMs, number } = event.data
      if (nextAtMs === undefined || number === undefined) return NONE
      const next = stepTimer(reminderKey(node.id), 'gate', nextAtMs, node, node.attempt)
      const send = command(sendReminderKey(node.id, number), node.id, nowMs + REMINDER_RETRY_MS)
      return [...anew(next), gone(sendReminderKey(node.id, number - 1)), send]
    }
    case 'gate-escalated':
      return gateTimer(node, event.data.timeoutAtMs ?? undefined).flatMap(anew)
    case 'gate-approved':
    case 'gate-rejected':
      return gateClosed(node)
    case 'gate-expired':
      return event.data.action === 'escalate' ? [gone(gateKey(node.id))] : gateClosed(node)
    case 'late-result-recorded':
      return [gone(abortKey(node.id, event.data.attempt))]
    default:
      return NONE
  }
}

const gateTimer = (node: Node, timeoutAtMs: number | undefined): ReadonlyArray<DueChange> => {
  return timeoutAtMs === undefined
    ? [gone(gateKey(node.id))]
    : [stepTimer(gateKey(node.id), 'gate', timeoutAtMs, node, node.attempt)]
}

/** Nobody is reminded of a gate that is closed. */
const gateClosed = (node: Node): ReadonlyArray<DueChange> =>
  node.state.kind === 'waiting_for_approval' && node.state.gate.reminders !== undefined
    ? [
        gone(gateKey(node.id)),
        gone(reminderKey(node.id)),
        gone(sendReminderKey(node.id, node.state.gate.reminders.count)),
      ]
    : [gone(gateKey(node.id))]

/** A running attempt is told through its session's lease; whatever else the step waited for is no longer due. */
const cancelled = (node: Node): ReadonlyArray<DueChange> => {
  switch (node.state.kind) {
    case 'enqueued':
      return [gone(queueKey(node.id))]
    case 'waiting_for_retry':
      return [gone(retryKey(node.id))]
    case 'waiting_for_approval':
      return gateClosed(node)
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

/** A deadline that passed while its task had ended does not end it again. */
const stillAhead = ({ deadline }: TaskState, nowMs: number): ReadonlyArray<DueChange> =>
  deadline === undefined || deadline.atMs <= nowMs ? NONE : [timer(DEADLINE_KEY, 'deadline', deadline.atMs)]

/** A step as it stands in its queue; `before` is the state before the event that says so again. */
const queueEntry = (before: TaskState, node: Node, nowMs: number): ReadonlyArray<DueChange> => {
  if (node.state.kind !== 'enqueued') return NONE
  const { attempt, enqueue } = node.state
  return [inQueue(before, node, attempt, enqueue, nowMs)]
}

const inQueue = (before: TaskState, node: Node, attempt: number, enqueue: number, nowMs: number): DueChange => {
  const data = { step: node.id, attempt, enqueue, version: before.version + 1 }
  const target = queueOf(node.definition.handler, before.template.namespace)
  return { key: queueKey(node.id), row: { kind: 'queue', dueAtMs: nowMs, target, data } }
}

/** Everything of a task that a clock or a free worker would move; commands to other tasks still travel. */
const standingStill = (before: TaskState): ReadonlyArray<DueChange> =>
  goingOn(before, before.deadline?.atMs, 0)
    .map(({ key }) => gone(key))
    .concat(before.phase.kind === 'blocked' && before.onBlocked !== undefined ? [gone(BLOCKED_KEY)] : NONE)

const atTimes = (startsAtMs: number | undefined, deadlineAtMs: number | undefined): ReadonlyArray<DueChange> => [
  ...(startsAtMs === undefined ? NONE : [timer(START_KEY, 'timer', startsAtMs)]),
  ...(deadlineAtMs === undefined ? NONE : [timer(DEADLINE_KEY, 'deadline', deadlineAtMs)]),
]

const goingOn = (before: TaskState, deadlineAtMs: number | undefined, nowMs: number): ReadonlyArray<DueChange> => [
  ...atTimes(before.startsAtMs, deadlineAtMs),
  ...before.nodes.flatMap((node) => [...queueEntry(before, node, nowMs), ...timerOf(node)]),
]

const timerOf = (node: Node): ReadonlyArray<DueChange> => {
  const { state } = node
  switch (state.kind) {
    case 'waiting_for_retry':
      return [stepTimer(retryKey(node.id), 'retry', state.dueAtMs, node, state.attempt)]
    case 'waiting_for_approval':
      return [
        { key: gateKey(node.id), atMs: state.gate.timeoutAtMs },
        { key: reminderKey(node.id), atMs: state.gate.reminders?.nextAtMs },
      ].flatMap(({ key, atMs }) => (atMs === undefined ? [] : [stepTimer(key, 'gate', atMs, node, state.attempt)]))
    case 'waiting':
      return state.wait.untilMs === undefined
        ? NONE
        : [stepTimer(waitKey(node.id), 'timer', state.wait.untilMs, node, state.attempt)]
    default:
      return NONE
  }
}

const stepTimer = (key: string, kind: Due['kind'], dueAtMs: number, node: Node, attempt: number): DueChange => ({
  key,
  row: { kind, dueAtMs, target: null, data: { step: node.id, attempt } },
})

const closing = (before: TaskState): ReadonlyArray<DueChange> => [
  ...(before.startsAtMs === undefined ? NONE : [gone(START_KEY)]),
  ...(before.deadline === undefined ? NONE : [gone(DEADLINE_KEY)]),
  ...(before.onBlocked === undefined ? NONE : [gone(BLOCKED_KEY)]),
]

const timer = (key: string, kind: 'deadline' | 'timer', dueAtMs: number): DueChange => ({
  key,
  row: { kind, dueAtMs, target: null, data: { step: -1, attempt: 0 } },
})

/** In place of a row that exists; whoever gathers changes must know that there is one. */
const anew = (change: DueChange): ReadonlyArray<DueChange> => [gone(change.key), change]

export const gone = (key: string): DueChange => ({ key, row: undefined })
