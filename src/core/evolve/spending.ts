/**
 * Where usage is counted: for the task, and for each planning step whose phase encloses the step that uses it. A
 * phase is found by scope: a planned step's name begins with the name of the planning step that planned it.
 */
import { addUsage, NOTHING_USED, subtractUsage, type Usage } from '../bounds.js'
import { scopeOf } from '../frame.js'
import type { Node, PlanningState } from '../graph/node.js'
import { findNode, type TaskState } from '../state.js'

/** Adds to what the task and the phases around a step have used. */
export const spend = (state: TaskState, step: string, part: Partial<Usage>): void => {
  const usage = { ...NOTHING_USED, ...part }
  state.used = addUsage(state.used, usage)
  for (const phase of phasesAround(state, step)) phase.used = addUsage(phase.used, usage)
}

export const reserve = (state: TaskState, reserves: Usage): void => {
  state.reserved = addUsage(state.reserved, reserves)
}

export const release = (state: TaskState, reserves: Usage): void => {
  state.reserved = subtractUsage(state.reserved, reserves)
}

/** Nothing is promised to the call any more; what was. */
export const settleCall = (state: TaskState, node: Node): Usage | undefined => {
  const planning = planningOf(node)
  const reserves = planning.outstanding?.reserves
  planning.outstanding = undefined
  if (reserves !== undefined) release(state, reserves)
  return reserves
}

export const planningOf = (node: Node): PlanningState => {
  node.planning ??= {
    calls: 0,
    outstanding: undefined,
    proposal: undefined,
    rejected: [],
    answers: 0,
    accepted: undefined,
    approval: undefined,
    convergence: undefined,
    forgiven: 0,
    raised: undefined,
    clock: {},
    held: undefined,
    timeGates: 0,
    used: NOTHING_USED,
  }
  return node.planning
}

/** The planning steps whose phase encloses a step, the innermost first; a planning step's calls belong to its own. */
export const phasesAround = (state: TaskState, step: string): ReadonlyArray<PlanningState> => {
  const phases: PlanningState[] = []
  for (let scope = scopeOf(step); scope !== ''; scope = scopeOf(scope)) {
    const planning = findNode(state, scope)
    if (planning?.definition.type === 'planning') phases.push(planningOf(planning))
  }
  return phases
}
