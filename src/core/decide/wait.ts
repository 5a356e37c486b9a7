/**
 * Steps that wait without a worker: for a time, for a signal, for another task. The first signal of a name is the one
 * that counts, also when it came before anybody waited; commands that arrive twice are ignored the second time.
 */

import type { Content } from '../content.js'
import { startChildKey } from '../due-row.js'
import { heldBy } from '../graph/held.js'
import type { Node } from '../graph/node.js'
import type { Json } from '../json.js'
import type { ChildRequested, Waiting } from '../outcome.js'
import { findNode, type TaskState } from '../state.js'
import { accept, type Decision, refuse } from './decision.js'
import { type Emitter, emitter } from './emit.js'
import type { Envelope } from './envelope.js'

/** The time that a step waited for has come. */
export interface WakeStep {
  readonly type: 'wake-step'
  readonly step: number
}

/** A signal from outside; one with an id that was seen before changes nothing. */
export interface ReceiveSignal {
  readonly type: 'receive-signal'
  readonly id: string
  readonly name: string
  readonly payload: Json
}

/** The task that a step requested exists. */
export interface ConfirmChild {
  readonly type: 'confirm-child'
  readonly child: string
  readonly step: number
}

/** The task that a step waits for has ended; said again, it changes nothing. */
export interface EndChild {
  readonly type: 'end-child'
  readonly step: string
  readonly child: string
  readonly status: string
  readonly result: Content
}

/** A command to another task was decided there: its row is no longer due. */
export interface ConfirmDelivery {
  readonly type: 'confirm-delivery'
  readonly key: string
}

export const waiting = (
  state: TaskState,
  to: Emitter,
  node: Node,
  attempt: number,
  wait: Waiting,
  nowMs: number,
): void => {
  const early = wait.signal === undefined ? undefined : state.signals.get(wait.signal)
  if (early !== undefined) return completeBySignal(to, node, attempt, early, node.lastEvent)
  const untilMs = wait.untilMs ?? (wait.forMs === undefined ? undefined : nowMs + wait.forMs)
  const until = untilMs === undefined ? {} : { untilMs }
  const signal = wait.signal === undefined ? {} : { signal: wait.signal }
  to.emit('step-waiting', { step: node.definition.name, attempt, ...until, ...signal }, node.lastEvent)
}

export const requestChild = (to: Emitter, node: Node, attempt: number, outcome: ChildRequested): void => {
  const step = node.definition.name
  const { child, template, input, onFailure } = outcome
  const requested = to.emit('child-requested', { step, attempt, child, template, input, onFailure }, node.lastEvent)
  to.emit('step-waiting', { step, attempt, child }, requested)
}

export const wakeStep = (state: TaskState, command: WakeStep, envelope: Envelope): Decision => {
  const node = state.nodes[command.step]
  if (node === undefined) return refuse('step_unknown', `the task has no step number ${command.step}`)
  if (state.phase.kind === 'paused')
    return refuse('task_paused', 'the task is paused; the step wakes when it is resumed')
  if (heldBy(state, node) !== undefined)
    return refuse('phase_held', `the phase of ${node.definition.name} stands still; the step wakes when it goes on`)
  const { state: step, definition } = node
  if (step.kind !== 'waiting' || step.wait.untilMs === undefined || step.wait.untilMs > envelope.nowMs) {
    return refuse('not_waiting', `${definition.name} waits for no time that has come`)
  }
  const to = emitter(state, envelope)
  const result: Json = step.wait.signal === undefined ? { waited: true } : { signal: null, timed_out: true }
  to.emit('step-completed', { step: definition.name, attempt: step.attempt, result: { value: result } }, node.lastEvent)
  return accept(to.events)
}

export const receiveSignal = (state: TaskState, command: ReceiveSignal, envelope: Envelope): Decision => {
  if (state.signalIds.has(command.id)) return accept([])
  const { id, name, payload } = command
  const to = emitter(state, envelope)
  const received = to.emit('signal-received', { id, name, payload })
  if (state.signals.has(name) || state.waiting === 0) return accept(to.events)
  for (const node of state.nodes) {
    if (node.state.kind !== 'waiting' || node.state.wait.signal !== name) continue
    completeBySignal(to, node, node.state.attempt, payload, received)
  }
  return accept(to.events)
}

export const confirmChild = (state: TaskState, command: ConfirmChild, envelope: Envelope): Decision => {
  const node = state.nodes[command.step]
  if (node === undefined) return refuse('step_unknown', `the task has no step number ${command.step}`)
  const to = emitter(state, envelope)
  const { child } = command
  const started = to.emit('child-started', { step: node.definition.name, child }, node.lastEvent)
  to.emit('command-delivered', { key: startChildKey(child) }, started)
  return accept(to.events)
}

export const endChild = (state: TaskState, command: EndChild, envelope: Envelope): Decision => {
  const node = findNode(state, command.step)
  const wait = node?.state.kind === 'waiting' ? node.state : undefined
  if (node === undefined || wait?.wait.child?.task !== command.child) return accept([])
  const { step, child, status, result } = command
  const { attempt } = wait
  const to = emitter(state, envelope)
  const ended = to.emit('child-ended', { step, child, status, result }, node.lastEvent)
  if (status === 'complete' || status === 'resolved_manually' || wait.wait.child.onFailure === 'continue') {
    to.emit('step-completed', { step, attempt, result }, ended)
  } else {
    const error = { code: 'child_failed', message: `the task ${child} ended as ${status}`, details: { child, status } }
    to.emit('step-failed', { step, attempt, reason: 'permanent', error }, ended)
  }
  return accept(to.events)
}

/** Also asked of closed tasks: a task that has ended still tells its parent. */
export const confirmDelivery = (state: TaskState, command: ConfirmDelivery, envelope: Envelope): Decision => {
  const to = emitter(state, envelope)
  to.emit('command-delivered', { key: command.key })
  return accept(to.events)
}

const completeBySignal = (to: Emitter, node: Node, attempt: number, payload: Json, causation: string): void => {
  const result = { value: { signal: payload, timed_out: false } }
  to.emit('step-completed', { step: node.definition.name, attempt, result }, causation)
}
