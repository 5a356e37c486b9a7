/**
 * What is left of the bounds for a step: those of the task, and those of every phase that encloses it, each less what
 * was used and what is promised. The smallest applies.
 */
import { covers, left, narrow } from '../allowance.js'
import { addUsage, type Bounds, NOTHING_USED, type Usage } from '../bounds.js'
import { scopeOf } from '../frame.js'
import type { Node } from '../graph/node.js'
import { findNode, type TaskState } from '../state.js'

export interface BoundOverrun {
  readonly bound: string
  readonly limit: number
  readonly value: number
}

/** What a planning step may still use, its own phase's bounds included. */
export const boundsLeftFor = (state: TaskState, planning: Node): Bounds => {
  const own = planning.definition.bounds
  const around = boundsLeftAround(state, planning.definition.name)
  if (own === undefined) return around
  return narrow(around, left(own, usedByPhase(planning)))
}

/** The first bound on steps that `count` more of them below `step` would pass. */
export const overrunBySteps = (state: TaskState, step: string, count: number): BoundOverrun | undefined => {
  const usage: Usage = { ...NOTHING_USED, steps: count }
  const overrun = covers(boundsLeftAround(state, step), usage)[0]
  if (overrun === undefined) return undefined
  const { max_steps: limit = overrun.limit } = state.bounds
  return { ...overrun, limit, value: limit - overrun.limit + overrun.value }
}

const boundsLeftAround = (state: TaskState, step: string): Bounds => {
  let allowed = left(state.bounds, addUsage(state.used, state.reserved))
  for (let scope = scopeOf(step); scope !== ''; scope = scopeOf(scope)) {
    const phase = findNode(state, scope)
    if (phase?.definition.bounds !== undefined)
      allowed = narrow(allowed, left(phase.definition.bounds, usedByPhase(phase)))
  }
  return allowed
}

const usedByPhase = (planning: Node): Usage =>
  [planning.planning?.used, planning.planning?.outstanding?.reserves, planning.planning?.approval?.takes].reduce<Usage>(
    (sum, part) => (part === undefined ? sum : addUsage(sum, part)),
    NOTHING_USED,
  )
