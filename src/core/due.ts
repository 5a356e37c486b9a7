/**
 * What has to happen at a time, derived from events alone: a row lives from the event that made it to the one that
 * claims, cancels or supersedes it. Asked with the state *before* the event, since afterwards nobody knows any more
 * which session held a cancelled attempt.
 */
import {
  abortKey,
  anew,
  BLOCKED_KEY,
  cancelChildKey,
  command,
  DEADLINE_KEY,
  type DueChange,
  END_CHILD_KEY,
  gateKey,
  gone,
  inQueue,
  phaseKey,
  queueEntry,
  queueKey,
  reminderKey,
  retryKey,
  STALE_KEY,
  START_KEY,
  sendReminderKey,
  startChildKey,
  stepTimer,
  timer,
  timerOf,
  waitKey,
} from './due-row.js'
import type { EventOf, TaskEvent } from './event.js'
import { movedDeadline, remainingDeadline } from './evolve/deadline.js'
import { heldBy } from './graph/held.js'
import type { Node } from './graph/node.js'
import { REMINDER_RETRY_MS } from './limits.js'
import {
  clockRows,
  clocksAhead,
  clocksForgotten,
  clocksGone,
  clocksMoved,
  phaseChanges,
  phaseStopped,
} from './phase-due.js'
import { findNode, nodeAt, type TaskState } from './state.js'

const NONE: ReadonlyArray<DueChange> = []

export const dueChanges = (before: TaskState, event: TaskEvent, nowMs: number): ReadonlyArray<DueChange> => {
  const changes = changesOf(before, event, nowMs)
  // The clock of a paused task stands still, as that of a phase does: timers are made anew when it goes on.
  return standsStill(before, event) ? changes.filter(isNoTimer) : changes
}

const standsStill = (before: TaskState, event: TaskEvent): boolean => {
  if (before.phase.kind === 'paused') return event.type !== 'task-resumed'
  if (before.heldPhases.length === 0 || !('step' in event.data) || event.data.step == null) return false
  const node = findNode(before, event.data.step)
  return node !== undefined && heldBy(before, node) !== undefined
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
      return goingOn(before, event.data.deadlineAtMs, nowMs, event.data.stoodStillMs)
    case 'deadline-passed':
      return deadlinePassed(before, event)
    case 'bounds-raised':
      return [...deadlineMoved(before, event), ...clocksMoved(before, event)]
    case 'priority-changed':
      return inQueues(before).flatMap((node) => queueEntry(before, node, nowMs).flatMap(anew))
    case 'plan-requested':
    case 'fragment-validated':
    case 'phase-released':
      return phaseChanges(before, event, nowMs)
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
    case 'step-reset':
    case 'phase-deadline-passed':
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
    case 'step-reset':
      return clocksForgotten(node)
    case 'phase-deadline-passed':
      return [...clockPassed(node, event), ...phaseEnded(before, node, event)]
    case 'late-result-recorded':
      return [gone(abortKey(node.id, event.data.attempt))]
    default:
      return NONE
  }
}

/** That of the task has passed with its own event; whoever plans is cut off, with a clock that had not passed. */
const clockPassed = (node: Node, { data }: EventOf<'phase-deadline-passed'>): ReadonlyArray<DueChange> => {
  if (data.level !== 'task') return [gone(phaseKey(data.level, node.id))]
  return data.action === 'none' || node.own !== undefined ? NONE : clocksForgotten(node)
}

/** It stands still, or whoever plans it is cut off; steps that end with it have events of their own. */
const phaseEnded = (
  before: TaskState,
  node: Node,
  { data }: EventOf<'phase-deadline-passed'>,
): ReadonlyArray<DueChange> => {
  if (data.gate !== undefined) return phaseStopped(before, node)
  return data.action === 'none' || node.own !== undefined ? NONE : cancelled(node)
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

/** A deadline that passed while its task had ended does not end it again. */
const stillAhead = (before: TaskState, nowMs: number): ReadonlyArray<DueChange> => {
  const { deadline } = before
  const ofTask =
    deadline === undefined || deadline.atMs <= nowMs ? NONE : [timer(DEADLINE_KEY, 'deadline', deadline.atMs)]
  return [...ofTask, ...clocksAhead(before, nowMs)]
}

const deadlinePassed = (before: TaskState, { data }: EventOf<'deadline-passed'>): ReadonlyArray<DueChange> => {
  if (data.limit !== before.deadline?.limit) return [gone(STALE_KEY)]
  const remaining = data.phases === undefined ? undefined : remainingDeadline(before)
  return remaining === undefined ? [gone(DEADLINE_KEY)] : anew(timer(DEADLINE_KEY, 'deadline', remaining.atMs))
}

const deadlineMoved = (before: TaskState, { data }: EventOf<'bounds-raised'>): ReadonlyArray<DueChange> => {
  const moved = movedDeadline(before, data.bounds)
  return moved === undefined || moved === before.deadline ? NONE : anew(timer(DEADLINE_KEY, 'deadline', moved.atMs))
}

const inQueues = (before: TaskState): ReadonlyArray<Node> =>
  [...before.enqueued].map((id) => nodeAt(before, id)).filter((node) => heldBy(before, node) === undefined)

/** Everything of a task that a clock or a free worker would move; commands to other tasks still travel. */
const standingStill = (before: TaskState): ReadonlyArray<DueChange> =>
  goingOn(before, before.deadline?.atMs, 0)
    .map(({ key }) => gone(key))
    .concat(before.phase.kind === 'blocked' && before.onBlocked !== undefined ? [gone(BLOCKED_KEY)] : NONE)

const atTimes = (startsAtMs: number | undefined, deadlineAtMs: number | undefined): ReadonlyArray<DueChange> => [
  ...(startsAtMs === undefined ? NONE : [timer(START_KEY, 'timer', startsAtMs)]),
  ...(deadlineAtMs === undefined ? NONE : [timer(DEADLINE_KEY, 'deadline', deadlineAtMs)]),
]

const goingOn = (
  before: TaskState,
  deadlineAtMs: number | undefined,
  nowMs: number,
  stoodStillMs = 0,
): ReadonlyArray<DueChange> => [
  ...atTimes(before.startsAtMs, deadlineAtMs),
  ...before.nodes
    .filter((node) => heldBy(before, node) === undefined)
    .flatMap((node) => [...queueEntry(before, node, nowMs), ...timerOf(node)]),
  ...clockRows(before, stoodStillMs),
]

const closing = (before: TaskState): ReadonlyArray<DueChange> => [
  ...(before.startsAtMs === undefined ? NONE : [gone(START_KEY)]),
  ...(before.deadline === undefined ? NONE : [gone(DEADLINE_KEY)]),
  ...(before.onBlocked === undefined ? NONE : [gone(BLOCKED_KEY)]),
  ...clocksGone(before),
]
