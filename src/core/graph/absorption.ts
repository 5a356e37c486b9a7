/**
 * Which failures nobody absorbed (DESIGN, section 5, rule 7). A failure is absorbed when every path onwards from it
 * leads to a convergence that ran all the same. Looked at once, when nothing can run any more.
 */
import { nodeAt, type TaskState } from '../state.js'
import { isConvergence, isCreated, type Node } from './node.js'

/** Steps that failed themselves, were cancelled, or never came to run, and whose failure nothing downstream took up. */
export const unabsorbedFailures = (state: TaskState): ReadonlyArray<Node> => {
  const absorbed = absorbedFailures(state)
  return state.nodes.filter((node) => failedItself(state, node) && !absorbed.has(node.id))
}

const isIsolated = (state: TaskState, { parent }: Node): boolean =>
  parent !== undefined && nodeAt(state, parent).group?.failureStrategy === 'isolate'

const failedItself = (state: TaskState, node: Node): boolean =>
  isCreated(node) && !isIsolated(state, node) && (node.state.kind === 'error' || node.state.kind === 'cancelled')

/**
 * Works backwards from the ends: a failed step is absorbed when it has dependants other than absent ones, and each of
 * those either ran or is absorbed itself.
 */
const absorbedFailures = (state: TaskState): ReadonlySet<number> => {
  const absorbed = new Set<number>()
  const seen = new Set<number>()
  for (const start of state.nodes) {
    if (start.settlement !== 'failed' || seen.has(start.id)) continue
    const stack = [start]
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      const onwards = onwardsOf(state, node)
      const next = seen.has(node.id) ? undefined : onwards.find((other) => isFailed(other) && !seen.has(other.id))
      if (next !== undefined) {
        stack.push(next)
        continue
      }
      seen.add(node.id)
      stack.pop()
      if (onwards.length > 0 && onwards.every((other) => !isFailed(other) || absorbed.has(other.id)))
        absorbed.add(node.id)
    }
  }
  return absorbed
}

const isFailed = (node: Node): boolean => node.settlement === 'failed'

/** Absent ones lead nowhere, but a convergence that was skipped took up what it tolerates. */
const isOnwards = (node: Node): boolean =>
  node.settlement !== 'absent' || (isConvergence(node) && node.state.kind === 'skipped')

/** Dependants that are part of the graph; those of an instance are those of its fan-out or batch. */
const onwardsOf = (state: TaskState, node: Node): ReadonlyArray<Node> => {
  const own = node.dependents.map((id) => nodeAt(state, id)).filter(isOnwards)
  if (node.parent === undefined) return own
  return [...own, ...onwardsOf(state, nodeAt(state, node.parent))]
}
