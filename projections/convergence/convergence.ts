/** How far each convergence step is: its branches as the engine counts them, and its verdict so far. */
import { isConvergence, isCreated, type Node } from '../../src/core/graph/node.js'
import { branchesOf, verdictOf } from '../../src/core/graph/verdict.js'
import { nodeAt, type TaskState } from '../../src/core/state.js'
import { type Projection, put } from '../projection.js'

export interface ConvergenceRow {
  readonly task: string
  readonly step: string
  readonly created: boolean
  readonly state: string
  readonly requires: string
  readonly tolerates_failures: boolean
  readonly on_empty: string
  readonly dependencies: number
  readonly open_dependencies: number
  readonly satisfied: number
  readonly absent: number
  readonly failed: number
  readonly decision_failed: boolean
  readonly verdict_so_far: string
  readonly settlement: string | null
}

export const convergence: Projection<ConvergenceRow> = {
  name: 'convergence',
  version: 2,
  sql: 'projections/convergence/convergence.sql',
  key: ['task', 'step'],
  changes: (_, { task, state, touched }) =>
    [...concerned(state, touched)].map((node) => put([task, node.definition.name], () => rowOf(task, state, node))),
}

/** A convergence is told of a fan-out as a whole, but counts its instances: it is looked at with each of them. */
const concerned = (state: TaskState, touched: ReadonlyArray<Node>): ReadonlySet<Node> => {
  const found = new Set<Node>()
  for (const node of touched) {
    if (isConvergence(node)) found.add(node)
    for (const id of node.dependents) {
      const dependent = nodeAt(state, id)
      if (isConvergence(dependent)) found.add(dependent)
    }
  }
  return found
}

const rowOf = (task: string, state: TaskState, node: Node): ConvergenceRow => {
  const { requires = 'all', tolerateFailures = false, onEmpty = 'run' } = node.definition
  const { satisfied, absent, failed, deciderFailed } = branchesOf(state, node)
  return {
    task,
    step: node.definition.name,
    created: isCreated(node),
    state: node.state.kind,
    requires: typeof requires === 'string' ? requires : String(requires.quorum),
    tolerates_failures: tolerateFailures,
    on_empty: onEmpty,
    dependencies: node.dependencies.length,
    open_dependencies: node.open,
    satisfied,
    absent,
    failed,
    decision_failed: deciderFailed,
    verdict_so_far: verdictOf(state, node),
    settlement: node.settlement ?? null,
  }
}
