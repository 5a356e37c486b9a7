/**
 * What a convergence step does once all its dependencies have settled (DESIGN, section 5, rule 3): run, be skipped
 * because no branch was taken, or fail. Decisions and planning steps among its dependencies are waited for, but are
 * no branches, nor are gates in the place of a phase; instances of a fan-out or a batch are counted one by one.
 */
import { nodeAt, type TaskState } from '../state.js'
import { asSeen, type Group, isNoBranch, type Node } from './node.js'

export type Verdict = 'run' | 'skip' | 'failed'

export interface Branches {
  readonly satisfied: number
  readonly failed: number
  readonly absent: number
  /** A decision, a planning step or a gate in the place of a phase failed. */
  readonly deciderFailed: boolean
}

export const verdictOf = (state: TaskState, node: Node): Verdict => {
  const { satisfied, failed, deciderFailed } = branchesOf(state, node)
  const { requires = 'all', tolerateFailures = false, onEmpty = 'run' } = node.definition
  const counted = tolerateFailures ? 0 : failed
  const empty = satisfied === 0 && counted === 0
  const ofEmpty: Verdict = onEmpty === 'skip' ? 'skip' : 'run'
  if (requires === 'all') {
    if (counted > 0 || (deciderFailed && !tolerateFailures)) return 'failed'
    return empty ? ofEmpty : 'run'
  }
  if (requires === 'any') {
    if (satisfied > 0) return 'run'
    if (empty && !(deciderFailed && !tolerateFailures)) return ofEmpty
    return 'failed'
  }
  const created = satisfied + counted
  if (created === 0) return deciderFailed && !tolerateFailures ? 'failed' : ofEmpty
  return satisfied >= Math.min(requires.quorum, created) ? 'run' : 'failed'
}

export const branchesOf = (state: TaskState, node: Node): Branches => {
  const count = { satisfied: 0, failed: 0, absent: 0, deciderFailed: false }
  const add = (branch: Node, of: Group | undefined): void => {
    if (branch.own === 'satisfied' && branch.group !== undefined) {
      for (const id of branch.group.instances) add(nodeAt(state, id), branch.group)
      return
    }
    const settlement = of === undefined ? branch.settlement : asSeen(of, branch.settlement)
    if (settlement !== undefined) count[settlement] += 1
  }
  for (const id of node.dependencies) {
    const dependency = nodeAt(state, id)
    if (!isNoBranch(dependency)) add(dependency, undefined)
    else if (dependency.settlement === 'failed') count.deciderFailed = true
  }
  return count
}
