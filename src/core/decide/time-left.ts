/** What is left of the wall clock for what a planning step plans: of the task's, and of that of every phase around it. */
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
