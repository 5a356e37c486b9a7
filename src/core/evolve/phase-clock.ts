/**
 * The clocks of phases: when each must have ended, how people move that, and what becomes of a phase whose time is up. A
 * phase that stands still for a gate takes the clocks inside it along.
 */
import type { Bounds } from '../bounds.js'
import type { EventOf } from '../event.js'
import { scopeOf } from '../frame.js'
import type { Node, PhaseClock, TimedLevel } from '../graph/node.js'
import { givenBounds } from '../graph/phase-bounds.js'
import { findNode, nodeAt, type TaskState, takeFrom } from '../state.js'
import { grantedDeadline } from './deadline.js'
import { takeReady } from './ready-list.js'
import { planningOf, release, settleCall, spend } from './spending.js'
import { changeStep } from './step-state.js'

export const startClock = (state: TaskState, node: Node, level: TimedLevel, atMs: number | undefined): void => {
  if (atMs === undefined) return
  const planning = planningOf(node)
  planning.clock = { ...planning.clock, [level]: atMs }
  if (!state.timed.includes(node.id)) state.timed.push(node.id)
}

export const evolvePhaseTime = (state: TaskState, event: EventOf<'phase-deadline-passed' | 'phase-released'>): void => {
  const node = findNode(state, event.data.step)
  if (node === undefined) throw new Error(`${event.type} names ${event.data.step}, which is no step`)
  if (event.type === 'phase-released') return released(state, node, event)
  return passed(state, node, event)
}

const passed = (state: TaskState, node: Node, { data }: EventOf<'phase-deadline-passed'>): void => {
  const planning = planningOf(node)
  if (data.level === 'task') state.outOfTime = state.outOfTime?.filter((id) => id !== node.id)
  else {
    const { [data.level]: _, ...others } = planning.clock
    planning.clock = others
  }
  if (data.action === 'none') return
  if (data.gate !== undefined) {
    planning.held = { level: data.level, gate: data.gate, sinceMs: data.atMs ?? 0, seconds: data.seconds }
    planning.timeGates += 1
    state.heldPhases.push(node.id)
  } else if (node.own === undefined) {
    planning.clock = {}
    cutOff(state, node)
  }
}

/** Whoever plans is not heard any more; a call without an answer stays charged in full. What follows is beside it. */
const cutOff = (state: TaskState, node: Node): void => {
  const planning = planningOf(node)
  const lost = settleCall(state, node)
  if (lost !== undefined) spend(state, `${node.definition.name}/`, lost)
  if (planning.approval !== undefined) release(state, planning.approval.takes)
  planning.approval = undefined
  planning.proposal = undefined
  if (node.state.kind === 'pending') takeReady(state, node.id)
  else changeStep(state, node, { kind: 'pending' })
}

const released = (state: TaskState, node: Node, { data }: EventOf<'phase-released'>): void => {
  const planning = planningOf(node)
  const level = planning.held?.level
  planning.held = undefined
  takeFrom(state.heldPhases, node.id)
  shiftClocks(state, data.stoodStillMs, node)
  if (data.taskEndsAtMs !== undefined) {
    state.deadline = grantedDeadline(state, data.taskEndsAtMs)
    state.outOfTime = undefined
  }
  if (level !== undefined && level !== 'task') startClock(state, node, level, data.endsAtMs)
}

/** Clocks that stood still go on with what they had left: all of the task, or those of one phase and inside it. */
export const shiftClocks = (state: TaskState, ms: number, within?: Node): void => {
  for (const id of state.timed) {
    const node = nodeAt(state, id)
    const { planning } = node
    if (planning === undefined || (within !== undefined && !isWithin(node, within))) continue
    planning.clock = shifted(planning.clock, ms)
    if (planning.held !== undefined) planning.held = { ...planning.held, sinceMs: planning.held.sinceMs + ms }
  }
}

export const shifted = ({ phase, fragment }: PhaseClock, ms: number): PhaseClock => ({
  ...(phase === undefined ? {} : { phase: phase + ms }),
  ...(fragment === undefined ? {} : { fragment: fragment + ms }),
})

export const isWithin = (node: Node, phase: Node): boolean =>
  node === phase || node.definition.name.startsWith(`${phase.definition.name}/`)

/** A phase that begins anew has all its time. */
export const forgetPhase = (state: TaskState, node: Node): void => {
  if (node.planning === undefined) return
  node.planning.clock = {}
  node.planning.held = undefined
  node.planning.forgiven = node.planning.rejected.length
  takeFrom(state.heldPhases, node.id)
}

export interface MovedClock {
  readonly node: Node
  readonly atMs: number
}

/** More time for the phases in which a step stands moves what is left of theirs; asked before the bounds are raised. */
export const movedClocks = (state: TaskState, asking: Node, { max_wall_clock_seconds: more }: Bounds) => {
  const moved: MovedClock[] = []
  for (let scope = asking.definition.name; scope !== '' && more !== undefined; scope = scopeOf(scope)) {
    const node = findNode(state, scope)
    const stated = node === undefined ? undefined : givenBounds(node)?.max_wall_clock_seconds
    const atMs = node?.planning?.clock.phase
    if (node === undefined || stated === undefined || atMs === undefined || stated >= more) continue
    moved.push({ node, atMs: atMs + (more - stated) * 1000 })
  }
  return moved
}

export const moveClocks = (state: TaskState, asking: Node, bounds: Bounds): void => {
  for (const { node, atMs } of movedClocks(state, asking, bounds)) startClock(state, node, 'phase', atMs)
}
