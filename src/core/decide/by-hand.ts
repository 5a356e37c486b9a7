/**
 * Hands on a running task: what a person may do to a step, and why not. Each is an event with actor and reason. A task
 * that was blocked, or that had ended in `error`, is opened again by whatever repairs it.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Content } from '../content.js'
import { isCreated, isDeciderType, type Node } from '../graph/node.js'
import { findNode, nodeAt, type TaskState } from '../state.js'
import { noStep } from '../step-unknown.js'
import type { Refusal } from './decision.js'
import { accept, type Decision, refuse } from './decision.js'
import { decideByHand, decideForNothing } from './decision-by-hand.js'
import { type Emitter, emitter } from './emit.js'
import type { Envelope } from './envelope.js'

interface OnStep {
  readonly step: string
  readonly reason: string | null
}

/** A step that waits for its retry is enqueued at once. */
export interface RetryStepNow extends OnStep {
  readonly type: 'retry-step-now'
}

/** A step that failed, or was settled by hand, starts anew: its failures are forgotten, its attempts go on counting. */
export interface ResetStep extends OnStep {
  readonly type: 'reset-step'
}

/** A step that has not completed counts as satisfied, with a null result. */
export interface ResolveStep extends OnStep {
  readonly type: 'resolve-step'
}

/** The same with a result that a person gives. */
export interface CompleteStep extends OnStep {
  readonly type: 'complete-step'
  readonly result: Content
}

/** A step that has not completed counts as absent. */
export interface SkipStep extends OnStep {
  readonly type: 'skip-step'
}

export interface ChangePriority {
  readonly type: 'change-priority'
  readonly priority: number
  readonly reason: string | null
}

export const retryStepNow = (state: TaskState, command: RetryStepNow, envelope: Envelope): Decision => {
  const found = createdStep(state, command.step)
  if (E.isLeft(found)) return found
  const node = found.right
  const step = node.definition.name
  if (node.state.kind !== 'waiting_for_retry') {
    return refuse('not_waiting', `${step} does not wait for a retry: it is ${node.state.kind}`)
  }
  const to = emitter(state, envelope)
  const now = to.emit('step-retried-now', { step, reason: command.reason }, node.lastEvent)
  to.emit('step-enqueued', { step, attempt: node.attempt + 1, enqueue: node.enqueues + 1 }, now)
  return accept(to.events)
}

export const resetStep = (state: TaskState, command: ResetStep, envelope: Envelope): Decision => {
  const found = createdStep(state, command.step)
  if (E.isLeft(found)) return found
  const node = found.right
  const step = node.definition.name
  if (!hasEnded(node)) return refuse('step_not_settled', `${step} has not come to an end: it is ${node.state.kind}`)
  if (hasDecided(node)) {
    return refuse('not_resettable', `${step} has created steps; what it decided cannot be taken back`)
  }
  const converged = consumer(state, node)
  if (converged !== undefined) return refuse('already_converged', consumedBy(step, converged))
  const to = emitter(state, envelope)
  reopen(state, to, command.reason)
  to.emit('step-reset', { step, reason: command.reason }, node.lastEvent)
  return accept(to.events)
}

/** A decision that is resolved has decided for nothing: what converges below it goes on. */
export const resolveStep = (state: TaskState, command: ResolveStep, envelope: Envelope): Decision =>
  settleByHand(state, command.step, envelope, command.reason, (to, node) => {
    if (node.definition.type === 'decision') decideForNothing(state, node, to)
    to.emit('step-resolved-manually', { step: node.definition.name, reason: command.reason }, node.lastEvent)
  })

export const completeStep = (state: TaskState, command: CompleteStep, envelope: Envelope): Decision => {
  const { step, result, reason } = command
  const node = findNode(state, step)
  const decides = node !== undefined && isCreated(node) && node.definition.type === 'decision'
  const decision = decides ? decideByHand(state, node, result) : undefined
  if (decision !== undefined && E.isLeft(decision)) return decision
  return settleByHand(state, step, envelope, reason, (to, { lastEvent }) => {
    decision?.right(to)
    to.emit('step-completed-manually', { step, result, reason }, lastEvent)
  })
}

export const skipStep = (state: TaskState, command: SkipStep, envelope: Envelope): Decision =>
  settleByHand(state, command.step, envelope, command.reason, (to, node) =>
    to.emit('step-skipped', { step: node.definition.name, reason: command.reason }, node.lastEvent),
  )

export const changePriority = (state: TaskState, command: ChangePriority, envelope: Envelope): Decision => {
  const to = emitter(state, envelope)
  to.emit('priority-changed', { priority: command.priority, reason: command.reason })
  return accept(to.events)
}

const settleByHand = (
  state: TaskState,
  name: string,
  envelope: Envelope,
  reason: string | null,
  emit: (to: Emitter, node: Node) => void,
): Decision => {
  const found = createdStep(state, name)
  if (E.isLeft(found)) return found
  const node = found.right
  if (node.state.kind === 'in_progress') {
    return refuse('step_in_progress', `${name} is running; cancel the task or wait for the attempt to end`)
  }
  if (node.own === 'satisfied') return refuse('step_settled', `${name} is settled already: it is ${node.state.kind}`)
  const converged = node.own === undefined ? undefined : consumer(state, node)
  if (converged !== undefined) return refuse('already_converged', consumedBy(name, converged))
  const to = emitter(state, envelope)
  reopen(state, to, reason)
  emit(to, node)
  return accept(to.events)
}

/** A step by its name, as a person writes it; one that was never created cannot be touched. */
const createdStep = (state: TaskState, name: string): E.Either<Refusal, Node> => {
  const node = findNode(state, name)
  if (node === undefined || !isCreated(node)) return refuse('step_unknown', noStep(state, name))
  return E.right(node)
}

const hasDecided = ({ state: { kind }, definition, group }: Node): boolean =>
  kind === 'complete'
    ? isDeciderType(definition.type) || group !== undefined
    : kind === 'resolved_manually' && definition.type === 'decision'

const hasEnded = (node: Node): boolean =>
  ['complete', 'error', 'cancelled', 'skipped', 'resolved_manually'].includes(node.state.kind)

const reopen = (state: TaskState, to: Emitter, reason: string | null): void => {
  if (state.phase.kind === 'blocked' || state.phase.kind === 'error') to.emit('task-reopened', { reason })
}

/**
 * The first step downstream that went on with how this one settled: it was handed to a worker, or skipped. Steps that
 * only settled along with it, and never ran, pass on what they were told.
 */
const consumer = (state: TaskState, from: Node): Node | undefined => {
  const seen = new Set<number>()
  const stack = dependantsOf(state, from)
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node.id)) continue
    seen.add(node.id)
    if (node.state.kind !== 'pending') return node
    stack.push(...dependantsOf(state, node))
  }
  return undefined
}

const dependantsOf = (state: TaskState, node: Node): Node[] => {
  const own = node.dependents.map((id) => nodeAt(state, id))
  return node.parent === undefined ? own : [...own, ...dependantsOf(state, nodeAt(state, node.parent))]
}

const consumedBy = (step: string, by: Node): string =>
  `${by.definition.name} has gone on with how ${step} settled; settlement is final then`
