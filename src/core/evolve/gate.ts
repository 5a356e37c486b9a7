/** How a gate changes: opened, voted on, and closed by an approval, a rejection or a time-out. */
import type { EventOf } from '../event.js'
import type { GateState, Node, Reminders } from '../graph/node.js'
import { findNode, type TaskState } from '../state.js'
import { release } from './spending.js'
import { changeStep } from './step-state.js'

export type GateEvent = EventOf<
  'gate-opened' | 'gate-voted' | 'gate-approved' | 'gate-rejected' | 'gate-expired' | 'gate-escalated' | 'gate-reminded'
>

export const evolveGate = (state: TaskState, event: GateEvent): void => {
  const node = findNode(state, event.data.step)
  if (node === undefined) throw new Error(`${event.type} names ${event.data.step}, which is no step`)
  switch (event.type) {
    case 'gate-opened':
      return opened(state, node, event)
    case 'gate-voted': {
      if (event.data.vote === 'reject') return
      const { actor, comment } = event.data
      return changeGate(state, node, (gate) => ({ ...gate, approvals: [...gate.approvals, { actor, comment }] }))
    }
    case 'gate-escalated': {
      const { groups, timeoutAtMs } = event.data
      return changeGate(state, node, (gate) => ({
        ...gate,
        groups,
        timeoutAtMs: timeoutAtMs ?? undefined,
        onTimeout: 'reject',
      }))
    }
    // The step's own end follows as `step-completed` or `step-failed`.
    case 'gate-approved':
      forgive(node)
      return settleApproval(state, node)
    case 'gate-rejected':
      return settleApproval(state, node)
    case 'gate-expired':
      if (event.data.action !== 'escalate') settleApproval(state, node)
      return
    case 'gate-reminded': {
      const { number: count, nextAtMs } = event.data
      return changeGate(state, node, (gate) => {
        if (gate.reminders === undefined || count === undefined || nextAtMs === undefined) return gate
        return { ...gate, reminders: { ...gate.reminders, count, nextAtMs } }
      })
    }
    default:
      return never(event)
  }
}

const opened = (state: TaskState, node: Node, { data }: EventOf<'gate-opened'>): void =>
  changeStep(state, node, {
    kind: 'waiting_for_approval',
    attempt: data.attempt,
    gate: {
      about: data.about,
      question: data.question,
      groups: data.groups,
      required: data.required,
      digest: data.digest,
      context: data.context,
      timeoutAtMs: data.timeoutAtMs,
      onTimeout: data.onTimeout,
      escalateTo: data.escalateTo ?? [],
      escalateTimeoutMs: data.escalateTimeoutMs,
      reminders: remindersOf(data),
      approvals: [],
    },
  })

const remindersOf = ({ remindEveryMs, remindAtMs }: EventOf<'gate-opened'>['data']): Reminders | undefined =>
  remindEveryMs === undefined || remindAtMs === undefined
    ? undefined
    : { everyMs: remindEveryMs, nextAtMs: remindAtMs, count: 0 }

/** Whom people let go on, though no proposal passed, may propose as often again. */
const forgive = ({ state: step, planning }: Node): void => {
  if (planning === undefined || step.kind !== 'waiting_for_approval' || step.gate.about !== 'exhausted') return
  planning.forgiven = planning.rejected.length
}

/** What was promised to a plan is free again: it is either spent now, or not needed. */
const settleApproval = (state: TaskState, node: Node): void => {
  const approval = node.planning?.approval
  if (node.planning === undefined || approval === undefined) return
  release(state, approval.takes)
  node.planning.approval = undefined
}

const changeGate = (state: TaskState, node: Node, change: (gate: GateState) => GateState): void => {
  if (node.state.kind !== 'waiting_for_approval') return
  changeStep(state, node, { ...node.state, gate: change(node.state.gate) })
}

const never = (event: never): never => {
  throw new Error(`no event of a gate: ${JSON.stringify(event)}`)
}
