/** How planning changes the state: what is reserved, what was used, and which proposal waits for its verdict. */
import type { EventOf } from '../event.js'
import type { Node } from '../graph/node.js'
import { waitsForApproval } from '../planning-config.js'
import { findNode, type TaskState } from '../state.js'
import { startClock } from './phase-clock.js'
import { planningOf, release, reserve, settleCall, spend } from './spending.js'

export type PlanningEvent = EventOf<'plan-requested' | 'fragment-proposed' | 'fragment-validated' | 'plan-failed'>

export const evolvePlanning = (state: TaskState, event: PlanningEvent): void => {
  const node = findNode(state, event.data.step)
  if (node === undefined) throw new Error(`${event.type} names ${event.data.step}, which is no step`)
  switch (event.type) {
    case 'plan-requested':
      return requested(state, node, event)
    case 'fragment-proposed': {
      settleCall(state, node)
      spendOwn(state, node, event.data.spent)
      const planning = planningOf(node)
      const { digest, raw, fragment, stopReason } = event.data
      if (event.metadata.actor.kind !== 'person') planning.answers += 1
      planning.proposal = { id: event.id, digest, raw, fragment, stopReason }
      return
    }
    case 'plan-failed':
      settleCall(state, node)
      spendOwn(state, node, event.data.spent)
      return
    case 'fragment-validated':
      return validated(state, node, event)
    default:
      return never(event)
  }
}

const requested = (state: TaskState, node: Node, event: EventOf<'plan-requested'>): void => {
  const planning = planningOf(node)
  // A call whose answer was never recorded may have been answered and paid for: it stays charged in full.
  const lost = settleCall(state, node)
  if (lost !== undefined) spendOwn(state, node, lost)
  planning.calls = event.data.call
  planning.outstanding = { call: event.data.call, reserves: event.data.reserves }
  reserve(state, event.data.reserves)
  startClock(state, node, 'phase', event.data.endsAtMs)
}

const validated = (state: TaskState, node: Node, event: EventOf<'fragment-validated'>): void => {
  const planning = planningOf(node)
  const { verdict, takes, bounds, endsAtMs } = event.data
  startClock(state, node, 'fragment', endsAtMs)
  if (verdict === 'accepted') planning.accepted = bounds === undefined ? undefined : { bounds, before: planning.used }
  if (
    verdict === 'accepted' &&
    takes !== undefined &&
    waitsForApproval(node.definition) &&
    planning.proposal !== undefined
  ) {
    // A person's edit takes the place of what was promised before it.
    if (planning.approval !== undefined) release(state, planning.approval.takes)
    planning.approval = { ...planning.proposal, takes }
    reserve(state, takes)
  }
  // What a person proposed in vain is no revision of the planner's.
  if (verdict === 'rejected' && planning.proposal !== undefined && planning.approval === undefined) {
    const { raw, stopReason } = planning.proposal
    planning.rejected.push({ raw, findings: event.data.findings, stopReason })
  }
  planning.proposal = undefined
}

/** A planning step's calls are spent by its own phase and by those around it. */
const spendOwn = (state: TaskState, node: Node, usage: EventOf<'plan-failed'>['data']['spent']): void =>
  spend(state, `${node.definition.name}/`, usage)

const never = (event: never): never => {
  throw new Error(`no event of planning: ${JSON.stringify(event)}`)
}
