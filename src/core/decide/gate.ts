/** People at a gate: every vote is an event; the one that decides closes the gate and settles its step. */

import type { Bounds } from '../bounds.js'
import { heldBy, heldFor } from '../graph/held.js'
import type { GateState, Node, Reminders } from '../graph/node.js'
import type { Json } from '../json.js'
import { findNode, type TaskState } from '../state.js'
import { noStep } from '../step-unknown.js'
import { accept, type Decision, refuse } from './decision.js'
import { type Emitter, emitter } from './emit.js'
import type { Envelope } from './envelope.js'
import { isTimedOut, tooLate } from './gate-time.js'
import type { JudgedPlan } from './judge.js'
import { approvePlan, planAgain } from './plan-approval.js'
import { moreTime } from './time-left.js'

export interface VoteGate {
  readonly type: 'vote-gate'
  readonly step: string
  readonly vote: 'approve' | 'reject'
  readonly comment: string | null
  /** Groups of the voter, from the configuration. */
  readonly groups: ReadonlyArray<string>
  /** What the voter was shown, where they say; another digest is refused. */
  readonly digest?: string
  /** For the approval of a plan, which is judged once more by it. */
  readonly plan?: JudgedPlan & { readonly digest: string }
  /** For a planner that may not go on: what is allowed from now on. */
  readonly bounds?: Bounds
}

export interface ExpireGate {
  readonly type: 'expire-gate'
  readonly step: number
}

/** The time to remind those who have not answered has come. */
export interface RemindGate {
  readonly type: 'remind-gate'
  readonly step: number
}

export const voteGate = (state: TaskState, command: VoteGate, envelope: Envelope): Decision => {
  const node = findNode(state, command.step)
  if (node === undefined) return refuse('step_unknown', noStep(state, command.step))
  if (node.state.kind !== 'waiting_for_approval') {
    return refuse('gate_not_open', `${command.step} is no open gate: it is ${node.state.kind}`)
  }
  const { gate, attempt } = node.state
  if (isTimedOut(state, node, envelope.nowMs)) return tooLate(command.step)
  const actor = envelope.actor.kind === 'person' ? envelope.actor.id : envelope.actor.kind
  if (command.digest !== undefined && command.digest !== gate.digest) {
    return refuse('gate_changed', 'what the gate shows has changed since you looked; look again before you decide')
  }
  if (gate.groups.length > 0 && !gate.groups.some((group) => command.groups.includes(group))) {
    return refuse('not_in_group', `${actor} is in none of the groups that may decide: ${gate.groups.join(', ')}`)
  }
  if (gate.approvals.some((approval) => approval.actor === actor)) {
    return refuse('already_voted', `${actor} has approved this gate already`)
  }
  if (command.bounds !== undefined && gate.about !== 'exhausted' && heldFor(state, command.step) === undefined) {
    return refuse('bounds_not_asked', `${command.step} asks for no more than an answer; vote without bounds`)
  }
  if (gate.about === 'plan' && command.vote === 'approve' && command.plan === undefined) {
    return refuse('gate_needs_plan', 'a plan is judged once more when it is approved; it must come with the vote')
  }
  if (gate.about === 'plan' && command.plan !== undefined && command.plan.digest !== gate.digest) {
    return refuse('gate_changed', 'another plan stands at the gate than the one that came with the vote; look again')
  }
  const to = emitter(state, envelope)
  const { vote, comment } = command
  const voted = to.emit('gate-voted', { step: command.step, actor, vote, comment, digest: gate.digest }, node.lastEvent)
  if (vote === 'reject') reject(to, node, attempt, [actor], comment, voted)
  else {
    const approvals = [...gate.approvals, { actor, comment }]
    if (approvals.length >= gate.required)
      approve(state, to, node, attempt, approvals, { ...command, nowMs: envelope.nowMs }, voted)
  }
  return accept(to.events)
}

export const expireGate = (state: TaskState, command: ExpireGate, envelope: Envelope): Decision => {
  const node = state.nodes[command.step]
  if (node === undefined) return refuse('step_unknown', `the task has no step number ${command.step}`)
  if (node.state.kind !== 'waiting_for_approval') {
    return refuse('gate_not_open', `${node.definition.name} is no open gate: it is ${node.state.kind}`)
  }
  if (heldBy(state, node) !== undefined) return standsStill(node)
  const { gate, attempt } = node.state
  if (gate.timeoutAtMs === undefined || gate.timeoutAtMs > envelope.nowMs) {
    return refuse('not_waiting', `the gate ${node.definition.name} has not timed out`)
  }
  const step = node.definition.name
  const to = emitter(state, envelope)
  const action = gate.onTimeout ?? 'reject'
  const expired = to.emit('gate-expired', { step, action }, node.lastEvent)
  if (action === 'approve') approve(state, to, node, attempt, gate.approvals, envelope, expired)
  else if (action === 'reject') expire(to, node, attempt, expired)
  else escalate(to, node, gate, expired, envelope.nowMs)
  return accept(to.events)
}

export const remindGate = (state: TaskState, command: RemindGate, envelope: Envelope): Decision => {
  const node = state.nodes[command.step]
  if (node === undefined) return refuse('step_unknown', `the task has no step number ${command.step}`)
  const gate = node.state.kind === 'waiting_for_approval' ? node.state.gate : undefined
  if (heldBy(state, node) !== undefined) return standsStill(node)
  if (gate?.reminders === undefined || gate.reminders.nextAtMs > envelope.nowMs) {
    return refuse('not_waiting', `nobody is to be reminded of ${node.definition.name} now`)
  }
  const to = emitter(state, envelope)
  remind(to, node, gate.reminders, gate.groups, node.lastEvent, envelope.nowMs)
  return accept(to.events)
}

const standsStill = ({ definition }: Node): Decision =>
  refuse('phase_held', `the phase of ${definition.name} stands still, and its timers with it`)

/** Those who are asked now hear of it at once, where reminders are sent at all. */
const escalate = (to: Emitter, node: Node, gate: GateState, causation: string, nowMs: number): void => {
  const { escalateTo, escalateTimeoutMs, reminders } = gate
  const timeoutAtMs = escalateTimeoutMs === undefined ? null : nowMs + escalateTimeoutMs
  const data = { step: node.definition.name, groups: [...escalateTo], timeoutAtMs }
  const escalated = to.emit('gate-escalated', data, causation)
  if (reminders !== undefined) remind(to, node, reminders, escalateTo, escalated, nowMs)
}

const remind = (
  to: Emitter,
  node: Node,
  { everyMs, count }: Reminders,
  groups: ReadonlyArray<string>,
  causation: string,
  nowMs: number,
): void => {
  const data = { step: node.definition.name, groups: [...groups], number: count + 1, nextAtMs: nowMs + everyMs }
  to.emit('gate-reminded', data, causation)
}

const approve = (
  state: TaskState,
  to: Emitter,
  node: Node,
  attempt: number,
  approvals: GateState['approvals'],
  { plan, bounds, nowMs }: Pick<VoteGate, 'plan' | 'bounds'> & Pick<Envelope, 'nowMs'>,
  causation: string,
): void => {
  const step = node.definition.name
  const about = node.state.kind === 'waiting_for_approval' ? node.state.gate.about : undefined
  const approved = to.emit('gate-approved', { step, by: approvals.map((approval) => approval.actor) }, causation)
  if (about === 'plan') return approvePlan(state, to, node, attempt, plan, nowMs)
  const asking = about === 'exhausted' ? node : heldFor(state, step)
  const raised = asking === undefined || bounds === undefined ? approved : raise(to, asking, bounds, approved)
  if (about === 'exhausted') return goOnPlanning(to, node, moreTime(state, nowMs, bounds), raised)
  const votes: Json = approvals.map(({ actor, comment }) => ({ actor, comment }))
  to.emit('step-completed', { step, attempt, result: { value: { approved: true, votes } } }, approved)
}

/** Where the time of the task was up, there is time again. */
const goOnPlanning = (to: Emitter, node: Node, more: ReturnType<typeof moreTime>, causation: string): void => {
  const step = node.definition.name
  const isGranted = more.taskEndsAtMs !== undefined && node.definition.type === 'planning'
  planAgain(to, node, isGranted ? to.emit('phase-released', { step, stoodStillMs: 0, ...more }, causation) : causation)
}

const raise = (to: Emitter, asking: Node, bounds: Bounds, causation: string): string =>
  to.emit('bounds-raised', { bounds, reason: null, step: asking.definition.name }, causation)

const reject = (
  to: Emitter,
  node: Node,
  attempt: number,
  by: ReadonlyArray<string>,
  comment: string | null,
  causation: string,
): void => {
  const step = node.definition.name
  const message = `${by.join(', ')} rejected it${comment === null ? '' : `: ${comment}`}`
  const error = { code: 'gate_rejected', message }
  const rejected = to.emit('gate-rejected', { step, by: [...by], error }, causation)
  to.emit('step-failed', { step, attempt, reason: 'gate_rejected', error }, rejected)
}

const expire = (to: Emitter, node: Node, attempt: number, causation: string): void => {
  const step = node.definition.name
  const error = { code: 'gate_expired', message: 'nobody decided in time' }
  to.emit('step-failed', { step, attempt, reason: 'gate_expired', error }, causation)
}
