/** What each task and each of its phases may use, has used, and has promised: as the fold counts it. */
import type { Bounds, Usage } from '../../src/core/bounds.js'
import { NOTHING_USED } from '../../src/core/bounds.js'
import type { TaskEvent } from '../../src/core/event.js'
import { scopeOf } from '../../src/core/frame.js'
import { fragmentBounds, givenBounds } from '../../src/core/graph/phase-bounds.js'
import { findNode, type TaskState } from '../../src/core/state.js'
import { NO_CHANGE, type Projection, put } from '../projection.js'

export interface BoundsRow {
  readonly task: string
  readonly phase: string
  readonly limits: Bounds
  readonly used_steps: number
  readonly used_phases: number
  readonly used_planner_calls: number
  readonly used_tokens: number
  readonly used_cost_usd: number
  readonly reserved_steps: number
  readonly reserved_phases: number
  readonly reserved_planner_calls: number
  readonly reserved_tokens: number
  readonly reserved_cost_usd: number
}

export const bounds: Projection<BoundsRow> = {
  name: 'bounds',
  version: 1,
  sql: 'projections/bounds/bounds.sql',
  key: ['task', 'phase'],
  changes: (event, { task, state }) => {
    const spenders = spendersIn(event)
    if (spenders === undefined) return NO_CHANGE
    const phases = new Set<string>()
    for (const name of spenders) for (const phase of phasesOf(state, name)) phases.add(phase)
    const ofPhases = [...phases].map((phase) => put([task, phase], () => phaseRow(task, phase, state)))
    return [put([task, ''], () => rowOf(task, '', state.bounds, state.used, state.reserved)), ...ofPhases]
  },
}

/** The steps by which an event may use or promise something; undefined where it can do neither. */
const spendersIn = ({ type, data }: TaskEvent): ReadonlyArray<string> | undefined => {
  switch (type) {
    case 'task-created':
      return []
    case 'bounds-raised':
      return data.step === undefined ? [] : [data.step]
    case 'steps-materialized':
      return [...data.steps, ...(data.withheld ?? [])].map(({ name }) => name)
    case 'plan-requested':
    case 'fragment-proposed':
    case 'fragment-validated':
    case 'plan-failed':
    case 'gate-approved':
    case 'gate-rejected':
    case 'gate-expired':
      return [data.step]
    default:
      return undefined
  }
}

/** The step itself where it plans, and the planning steps whose phases enclose it. */
const phasesOf = (state: TaskState, name: string): ReadonlyArray<string> => {
  const found: string[] = []
  for (let scope = name; scope !== ''; scope = scopeOf(scope)) {
    if (findNode(state, scope)?.definition.type === 'planning') found.push(scope)
  }
  return found
}

/** A fragment may narrow the bounds for its own phase. */
const phaseRow = (task: string, phase: string, state: TaskState): BoundsRow => {
  const node = findNode(state, phase)
  const limits = node === undefined ? {} : { ...givenBounds(node), ...fragmentBounds(node) }
  return rowOf(task, phase, limits, node?.planning?.used ?? NOTHING_USED, NOTHING_USED)
}

const rowOf = (task: string, phase: string, limits: Bounds, used: Usage, reserved: Usage): BoundsRow => ({
  task,
  phase,
  limits,
  used_steps: used.steps,
  used_phases: used.phases,
  used_planner_calls: used.plannerCalls,
  used_tokens: used.tokens,
  used_cost_usd: used.costUsd,
  reserved_steps: reserved.steps,
  reserved_phases: reserved.phases,
  reserved_planner_calls: reserved.plannerCalls,
  reserved_tokens: reserved.tokens,
  reserved_cost_usd: reserved.costUsd,
})
