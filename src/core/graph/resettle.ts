/**
 * Settlement anew, from what the steps themselves have come to. Only an intervention that takes a settlement back needs
 * this (a reset, a manual resolution of a failed step): it costs the size of the task, and people are slow.
 */
import type { Settlement } from '../settlement.js'
import { nodeAt, type TaskState } from '../state.js'
import { isCreated, isWithheldDependency, isWorkerTemplate, type Node } from './node.js'
import { evaluate, settle } from './settle.js'

export const resettle = (state: TaskState): void => {
  state.ready.items = []
  state.ready.head = 0
  state.toSkip.length = 0
  state.toStop.length = 0
  state.toRevive.length = 0
  state.live = 0
  for (const node of state.nodes) forget(state, node)
  for (const node of state.nodes) {
    const own = ownSettlement(node)
    if (own !== undefined) settle(state, node, own)
  }
  // Whoever depends on something was looked at when the last of it was told; nobody tells these anything.
  for (const node of state.nodes) if (node.dependencies.length === 0) evaluate(state, node)
}

const forget = (state: TaskState, node: Node): void => {
  node.own = undefined
  node.settlement = undefined
  node.open = node.dependencies.length
  node.openWithheld = node.dependencies.filter((id) => isWithheldDependency(nodeAt(state, id))).length
  node.failedDependency = false
  node.failedWithheld = false
  if (isCreated(node)) state.live += 1
  if (node.group === undefined) return
  node.group.open = node.group.instances.length
  // Instances that were let through once hold their place in the window until they settle.
  node.group.inFlight = node.group.instances.filter((id) => nodeAt(state, id).state.kind !== 'pending').length
  node.group.backlog.length = 0
  node.group.backlogHead = 0
}

/** What the step's own end says; undefined while it has none, or where only its dependencies can say it. */
const ownSettlement = (node: Node): Settlement | undefined => {
  if (isWorkerTemplate(node)) return undefined
  switch (node.state.kind) {
    case 'complete':
    case 'resolved_manually':
      return 'satisfied'
    case 'error':
    case 'cancelled':
      return 'failed'
    case 'skipped':
      return 'absent'
    default:
      return undefined
  }
}
