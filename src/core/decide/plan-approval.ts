/**
 * What follows when people decide about a plan. An approval judges the fragment once more, by the state and the catalog
 * as they are now, and materialises it in the same append; a plan that no longer holds goes back to its planner. An
 * edit is a proposal like any other, whose actor is a person.
 */
import { NOTHING_USED, subtractUsage } from '../bounds.js'
import type { Content } from '../content.js'
import type { Node } from '../graph/node.js'
import { findNode, type TaskState } from '../state.js'
import { accept, type Decision, refuse } from './decision.js'
import { type Emitter, emitter } from './emit.js'
import type { Envelope } from './envelope.js'
import { isTimedOut, tooLate } from './gate-time.js'
import type { JudgedPlan } from './judge.js'
import { judge, materializePlan, recordVerdict } from './judge.js'
import { askForApproval } from './plan-gate.js'

/** A person's own proposal in place of one that waits for approval. */
export interface EditPlan {
  readonly type: 'edit-plan'
  readonly step: string
  readonly reasoning: string
  readonly raw: Content
  readonly fragment: Content
  readonly digest: string
  readonly plan: JudgedPlan
  /** Groups of the person, from the configuration. */
  readonly groups: ReadonlyArray<string>
}

export const approvePlan = (
  state: TaskState,
  to: Emitter,
  node: Node,
  attempt: number,
  proposed: JudgedPlan | undefined,
  nowMs: number,
): void => {
  const approval = node.planning?.approval
  if (approval === undefined || proposed === undefined) throw new Error('a plan was approved that is not there')
  const judgement = judge(...withoutPromise(state, node), proposed, nowMs)
  const vocabulary = proposed.vocabulary.digest
  const validated = recordVerdict(to, node, approval, { judgement, vocabulary, materialisedAtMs: nowMs })
  if (judgement.plan !== undefined) return materializePlan(state, to, node, attempt, judgement.plan, validated)
  planAgain(to, node, validated)
}

/** The planning step gets another attempt: with the findings, or with bounds that were raised. */
export const planAgain = (to: Emitter, node: Node, causation: string): void => {
  const step = node.definition.name
  to.emit('step-enqueued', { step, attempt: node.attempt + 1, enqueue: node.enqueues + 1 }, causation)
}

export const editPlan = (state: TaskState, command: EditPlan, envelope: Envelope): Decision => {
  const node = findNode(state, command.step)
  if (node?.state.kind !== 'waiting_for_approval' || node.state.gate.about !== 'plan') {
    return refuse('gate_not_open', `no plan of ${command.step} waits for approval`)
  }
  if (isTimedOut(state, node, envelope.nowMs)) return tooLate(command.step)
  const { attempt, gate } = node.state
  if (gate.groups.length > 0 && !gate.groups.some((group) => command.groups.includes(group))) {
    const groups = gate.groups.join(', ')
    return refuse('not_in_group', `a plan is changed by those who may approve it, who are in: ${groups}`)
  }
  const to = emitter(state, envelope)
  const { reasoning, raw, fragment, digest } = command
  const tokens = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 }
  const model = envelope.actor.kind === 'person' ? envelope.actor.id : envelope.actor.kind
  const ofCall = { step: command.step, attempt, call: node.planning?.calls ?? 0 }
  const written = { reasoning, raw, fragment, digest, stopReason: 'edited', model, tokens, spent: NOTHING_USED }
  const id = to.emit('fragment-proposed', { ...ofCall, ...written }, node.lastEvent)
  const judgement = judge(...withoutPromise(state, node), command.plan, envelope.nowMs)
  const vocabulary = command.plan.vocabulary.digest
  const validated = recordVerdict(to, node, { id, digest }, { judgement, vocabulary, materialisedAtMs: undefined })
  if (judgement.plan !== undefined)
    askForApproval(to, node, attempt, { id, digest, fragment }, validated, envelope.nowMs)
  return accept(to.events)
}

/** What is promised to this very plan is there for it. */
export const withoutPromise = (state: TaskState, node: Node): readonly [TaskState, Node] => {
  if (node.planning?.approval === undefined) return [state, node]
  const reserved = subtractUsage(state.reserved, node.planning.approval.takes)
  const free: Node = { ...node, planning: { ...node.planning, approval: undefined } }
  return [{ ...state, reserved, nodes: state.nodes.with(node.id, free) }, free]
}
