/** What keeps a step by itself, whatever others do: empty where only others keep it. */
import { heldBy } from '../graph/held.js'
import { isCreated, isWorkerTemplate, type Node, type Wait } from '../graph/node.js'
import { ENQUEUE_WINDOW } from '../limits.js'
import { nodeAt, type TaskState } from '../state.js'
import { queueOf } from '../step.js'
import type { Reason, Surroundings } from './reason.js'

export const directReasons = (state: TaskState, node: Node, around: Surroundings): ReadonlyArray<Reason> => {
  const { state: step } = node
  switch (step.kind) {
    case 'in_progress': {
      const worker = around.sessions.find(({ id }) => id === step.session)?.worker ?? null
      return [{ kind: 'running', attempt: step.attempt, worker }]
    }
    case 'waiting_for_retry':
      return [...held(state, node), { kind: 'retry', attempt: step.attempt, dueAtMs: step.dueAtMs, error: step.error }]
    case 'waiting_for_approval':
      return [gateReason(step.gate, around)]
    case 'waiting':
      return [...held(state, node), waitReason(step.wait)]
    case 'enqueued':
      return [...held(state, node), ...inQueue(state, node, around)]
    case 'error':
      return [{ kind: 'failed', error: step.error, of: step.reason }, ...rejections(node)]
    case 'complete':
      return node.settlement === undefined ? openInstances(node) : [{ kind: 'ended', how: 'complete' }]
    case 'cancelled':
    case 'skipped':
    case 'resolved_manually':
      return [{ kind: 'ended', how: step.kind }]
    case 'pending':
      return isReady(node) ? [...held(state, node), ...notInQueue(state, node)] : []
    default:
      return unknownState(step)
  }
}

/** What was proposed in vain: a planning step may have failed for that, or for what came after it. */
const rejections = ({ planning }: Node): ReadonlyArray<Reason> => {
  const last = planning?.rejected.at(-1)
  return planning === undefined || last === undefined
    ? []
    : [{ kind: 'rejected', proposals: planning.rejected.length, findings: last.findings }]
}

/** The task itself, or the phase, lets nothing be claimed. */
const held = (state: TaskState, node: Node): ReadonlyArray<Reason> => {
  if (state.phase.kind === 'paused') return [{ kind: 'paused' }]
  const phase = heldBy(state, node)
  const gate = phase?.planning?.held?.gate
  if (phase !== undefined && gate !== undefined) return [{ kind: 'phase_held', phase: phase.definition.name, gate }]
  return state.startsAtMs === undefined ? [] : [{ kind: 'not_before', atMs: state.startsAtMs }]
}

/** All that it waited for has settled in its favour. */
export const isReady = (node: Node): boolean =>
  isCreated(node) && node.own === undefined && node.open === 0 && !isWorkerTemplate(node)

const gateReason = (
  gate: Extract<Node['state'], { kind: 'waiting_for_approval' }>['gate'],
  around: Surroundings,
): Reason => ({
  kind: 'gate',
  question: gate.question,
  groups: gate.groups,
  voters: [...new Set(gate.groups.flatMap((group) => around.groups?.[group] ?? []))],
  required: gate.required,
  approvedBy: gate.approvals.map(({ actor }) => actor),
  timeoutAtMs: gate.timeoutAtMs ?? null,
})

const waitReason = ({ untilMs, signal, child }: Wait): Reason => {
  if (child !== undefined) return { kind: 'child', task: child.task }
  if (signal !== undefined) return { kind: 'signal', signal, untilMs: untilMs ?? null }
  return { kind: 'time', untilMs: untilMs ?? 0 }
}

const inQueue = (state: TaskState, node: Node, around: Surroundings): ReadonlyArray<Reason> => {
  const { handler, name } = node.definition
  const queue = queueOf(handler, state.template.namespace)
  const serving = around.sessions.filter(({ queues }) => queues.includes(queue))
  if (serving.length === 0) return [{ kind: 'no_worker', queue }]
  if (!serving.some(({ handlers }) => handlers.length === 0 || handlers.includes(handler))) {
    return [{ kind: 'no_handler', queue, handler }]
  }
  const limits = around.limitsOf?.(name, queue) ?? []
  return limits.length > 0 ? limits.map((limit) => ({ kind: 'limit', limit })) : [{ kind: 'queued', queue }]
}

const notInQueue = (state: TaskState, node: Node): ReadonlyArray<Reason> => {
  const parent = node.parent === undefined ? undefined : nodeAt(state, node.parent)
  const group = parent?.group
  if (parent !== undefined && group?.backlog.includes(node.id, group.backlogHead) === true) {
    return [{ kind: 'parallelism', of: parent.definition.name, limit: group.parallelism }]
  }
  return state.enqueued.size >= ENQUEUE_WINDOW ? [{ kind: 'window', limit: ENQUEUE_WINDOW }] : []
}

const openInstances = ({ group }: Node): ReadonlyArray<Reason> =>
  group === undefined ? [] : [{ kind: 'instances', open: group.open, of: group.instances.length }]

const unknownState = (state: never): never => {
  throw new Error(`why does not know the state ${JSON.stringify(state)}`)
}
