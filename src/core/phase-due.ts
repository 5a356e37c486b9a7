/**
 * What is due of phases that have a time: a row for each clock, from the event that starts it to the one that ends it. A
 * phase that stands still has none, nor has anything inside it; all are made anew when it goes on.
 */
import { anew, DEADLINE_KEY, type DueChange, gone, phaseKey, queueEntry, stepTimer, timer, timerOf } from './due-row.js'
import type { EventOf } from './event.js'
import { grantedDeadline } from './evolve/deadline.js'
import { isWithin, movedClocks, shifted } from './evolve/phase-clock.js'
import { heldBy } from './graph/held.js'
import type { Node, PhaseClock, TimedLevel } from './graph/node.js'
import { findNode, nodeAt, type TaskState } from './state.js'

const NONE: ReadonlyArray<DueChange> = []

export const clockRow = (node: Node, level: TimedLevel, atMs: number): DueChange =>
  stepTimer(phaseKey(level, node.id), 'deadline', atMs, node, 0)

/** The rows of all clocks that run, `laterMs` from where they stand. */
export const clockRows = (state: TaskState, laterMs: number): ReadonlyArray<DueChange> =>
  running(state).flatMap((node) => rowsOf(node, shifted(node.planning?.clock ?? {}, laterMs)))

export const clocksGone = (state: TaskState): ReadonlyArray<DueChange> =>
  clockRows(state, 0).map(({ key }) => gone(key))

/** Those that passed while nobody could act on them do not end anything afterwards. */
export const clocksAhead = (state: TaskState, nowMs: number): ReadonlyArray<DueChange> =>
  clockRows(state, 0).filter(({ row }) => row !== undefined && row.dueAtMs > nowMs)

export const phaseChanges = (
  before: TaskState,
  event: EventOf<'plan-requested' | 'fragment-validated' | 'phase-released'>,
  nowMs: number,
): ReadonlyArray<DueChange> => {
  switch (event.type) {
    case 'plan-requested':
      return clockStarted(before, event, 'phase')
    case 'fragment-validated':
      return clockStarted(before, event, 'fragment')
    case 'phase-released':
      return [...deadlineGranted(before, event), ...phaseReleased(before, event, nowMs)]
  }
}

const clockStarted = (
  before: TaskState,
  { data }: EventOf<'plan-requested' | 'fragment-validated'>,
  level: TimedLevel,
): ReadonlyArray<DueChange> => {
  const node = findNode(before, data.step)
  if (node === undefined || data.endsAtMs === undefined) return NONE
  return [clockRow(node, level, data.endsAtMs)]
}

/** A planning step that is reset begins anew, with its clocks. */
export const clocksForgotten = (node: Node): ReadonlyArray<DueChange> =>
  rowsOf(node, node.planning?.clock ?? {}).map(({ key }) => gone(key))

export const clocksMoved = (before: TaskState, { data }: EventOf<'bounds-raised'>): ReadonlyArray<DueChange> => {
  const asking = data.step === undefined ? undefined : findNode(before, data.step)
  if (asking === undefined) return NONE
  return movedClocks(before, asking, data.bounds)
    .filter(({ node }) => isRunning(before, node))
    .flatMap(({ node, atMs }) => anew(clockRow(node, 'phase', atMs)))
}

/** Everything inside the phase that a clock or a free worker would move. */
export const phaseStopped = (before: TaskState, node: Node): ReadonlyArray<DueChange> =>
  inside(before, node, undefined)
    .flatMap((other) => [...queueEntry(before, other, 0), ...timerOf(other), ...clocksOf(other, undefined, 0)])
    .map(({ key }) => gone(key))

const phaseReleased = (
  before: TaskState,
  { data }: EventOf<'phase-released'>,
  nowMs: number,
): ReadonlyArray<DueChange> => {
  const node = findNode(before, data.step)
  const level = node?.planning?.held?.level
  if (node === undefined || level === undefined) return NONE
  const rows = inside(before, node, node).flatMap((other) => [
    ...queueEntry(before, other, nowMs),
    ...timerOf(other),
    ...clocksOf(other, node, data.stoodStillMs),
  ])
  return data.endsAtMs === undefined || level === 'task' ? rows : [...rows, clockRow(node, level, data.endsAtMs)]
}

const deadlineGranted = (before: TaskState, { data }: EventOf<'phase-released'>): ReadonlyArray<DueChange> =>
  data.taskEndsAtMs === undefined
    ? NONE
    : anew(timer(DEADLINE_KEY, 'deadline', grantedDeadline(before, data.taskEndsAtMs).atMs))

/** The phase's planning step and what is inside, less what stands still for another phase; `released` is about to go on. */
const inside = (state: TaskState, phase: Node, released: Node | undefined): ReadonlyArray<Node> =>
  state.nodes.filter((node) => isWithin(node, phase) && heldBy(state, node, released) === undefined)

/** A phase that stands still itself has no row, but for the one that is released. */
const clocksOf = (node: Node, released: Node | undefined, laterMs: number): ReadonlyArray<DueChange> =>
  node.planning === undefined || (node.planning.held !== undefined && node !== released)
    ? NONE
    : rowsOf(node, shifted(node.planning.clock, laterMs))

const rowsOf = (node: Node, { phase, fragment }: PhaseClock): ReadonlyArray<DueChange> => [
  ...(phase === undefined ? NONE : [clockRow(node, 'phase', phase)]),
  ...(fragment === undefined ? NONE : [clockRow(node, 'fragment', fragment)]),
]

const running = (state: TaskState): ReadonlyArray<Node> =>
  state.timed.map((id) => nodeAt(state, id)).filter((node) => isRunning(state, node))

const isRunning = (state: TaskState, node: Node): boolean =>
  node.planning?.held === undefined && heldBy(state, node) === undefined
