/** What is left of the wall clock for what a planning step plans: of the task's, and of that of every phase around it. */
import type { Bounds } from '../bounds.js'
import { scopeOf } from '../frame.js'
import type { Node } from '../graph/node.js'
import { fragmentBounds, givenBounds } from '../graph/phase-bounds.js'
import { findNode, type TaskState } from '../state.js'

/** Undefined where no bound is stated. A clock that has not begun has all its time. */
export const secondsLeftFor = (state: TaskState, planning: Node, nowMs: number): number | undefined => {
  const left: number[] = []
  const { deadline } = state
  // In a paused task clocks stand where they stood.
  const atMs = state.phase.kind === 'paused' ? (state.pausedAtMs ?? nowMs) : nowMs
  if (deadline?.limit === 'max_wall_clock_seconds') {
    left.push((deadline.leftMs ?? deadline.atMs - nowMs) / 1000)
  }
  if (state.outOfTime !== undefined) left.push(0)
  for (let scope = planning.definition.name; scope !== ''; scope = scopeOf(scope)) {
    const phase = findNode(state, scope)
    const given = phase === undefined ? undefined : givenBounds(phase)?.max_wall_clock_seconds
    const own = phase === undefined ? undefined : fragmentBounds(phase)?.max_wall_clock_seconds
    const { phase: phaseEndsMs, fragment: fragmentEndsMs } = phase?.planning?.clock ?? {}
    if (given !== undefined) left.push(phaseEndsMs === undefined ? given : (phaseEndsMs - atMs) / 1000)
    if (own !== undefined && fragmentEndsMs !== undefined) left.push((fragmentEndsMs - atMs) / 1000)
  }
  return left.length === 0 ? undefined : Math.max(0, Math.min(...left))
}

/** The bounds as a planner is told of them, with the time that is left in place of what was stated. */
export const withTimeLeft = (bounds: Bounds, state: TaskState, planning: Node, nowMs: number): Bounds => {
  const seconds = secondsLeftFor(state, planning, nowMs)
  return seconds === undefined ? bounds : { ...bounds, max_wall_clock_seconds: Math.floor(seconds) }
}

/** As much time again for a task whose bound on the wall clock was used up, or more where people have raised it. */
export const moreTime = (state: TaskState, nowMs: number, voted: Bounds = {}): { readonly taskEndsAtMs?: number } => {
  if (state.outOfTime === undefined || state.phase.kind === 'paused') return {}
  const seconds = Math.max(state.bounds.max_wall_clock_seconds ?? 0, voted.max_wall_clock_seconds ?? 0)
  return { taskEndsAtMs: nowMs + seconds * 1000 }
}
