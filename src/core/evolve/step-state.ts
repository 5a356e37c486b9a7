/** The one place where a step changes its state, so that what is counted by state can never disagree with it. */
import type { Node, StepState } from '../graph/node.js'
import type { TaskState } from '../state.js'

export const changeStep = (state: TaskState, node: Node, next: StepState): void => {
  leave(state, node)
  node.state = next
  switch (next.kind) {
    case 'enqueued':
      state.enqueued.add(node.id)
      return
    case 'in_progress':
      state.running.add(node.id)
      return
    case 'waiting_for_retry':
      state.waitingForRetry += 1
      return
    case 'waiting_for_approval':
      state.waitingForApproval += 1
      return
    case 'waiting':
      state.waiting += 1
      return
    case 'pending':
    case 'complete':
    case 'error':
    case 'cancelled':
    case 'skipped':
    case 'resolved_manually':
      return
    default:
      return never(next)
  }
}

const leave = (state: TaskState, node: Node): void => {
  if (node.state.kind === 'enqueued') state.enqueued.delete(node.id)
  else if (node.state.kind === 'in_progress') state.running.delete(node.id)
  else if (node.state.kind === 'waiting_for_retry') state.waitingForRetry -= 1
  else if (node.state.kind === 'waiting_for_approval') state.waitingForApproval -= 1
  else if (node.state.kind === 'waiting') state.waiting -= 1
}

const never = (state: never): never => {
  throw new Error(`unknown state of a step: ${JSON.stringify(state)}`)
}
