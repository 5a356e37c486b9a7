/**
 * The time of a phase, and of the fragment in it (`max_wall_clock_seconds`). When it is up, the planning step's
 * `on_exhausted` decides what becomes of whatever is open: it ends with the phase and counts as failed, it is left out and
 * the convergence goes on with what there is, or everything stands still until people have given more time.
 */

import { isWithin } from '../evolve/phase-clock.js'
import { heldBy } from '../graph/held.js'
import { type HeldPhase, isCreated, type Node, type TimedLevel } from '../graph/node.js'
import { fragmentBounds, givenBounds } from '../graph/phase-bounds.js'
import { type OnExhausted, onExhausted } from '../planning-config.js'
import type { Settlement } from '../settlement.js'
import { nodeAt, type TaskState } from '../state.js'
import { overrunBySteps } from './bounds-left.js'
import { accept, type Decision, refuse } from './decision.js'
import { type Emitter, emitter } from './emit.js'
import type { Envelope } from './envelope.js'
import { failStep } from './fail.js'
import { convergeWithout } from './judge.js'
import { materialize } from './materialize.js'
import { askForMore, gateInPlace } from './plan-gate.js'
import { moreTime } from './time-left.js'

export interface PassPhaseDeadline {
  readonly type: 'pass-phase-deadline'
  readonly step: number
  readonly level: TimedLevel
}

export const passPhaseDeadline = (state: TaskState, command: PassPhaseDeadline, envelope: Envelope): Decision => {
  const node = state.nodes[command.step]
  const atMs = node?.planning?.clock[command.level]
  if (node === undefined || atMs === undefined || atMs > envelope.nowMs) {
    return refuse('not_waiting', 'the phase has no time that is up')
  }
  if (node.planning?.held !== undefined || heldBy(state, node) !== undefined) {
    return refuse('phase_held', 'the phase stands still, and its clock with it')
  }
  const to = emitter(state, envelope)
  endPhase({ state, to, node, level: command.level, seconds: secondsOf(node, command.level) }, envelope.nowMs)
  return accept(to.events)
}

/** Its time is up: what is open of it ends as its planning step says. */
export const endPhase = (passing: Passing, nowMs: number): void => {
  const { node, level } = passing
  if (level !== 'fragment' && node.own === undefined) cutOff(passing, nowMs)
  else endSteps(passing, nowMs)
}

export interface Passing {
  readonly state: TaskState
  readonly to: Emitter
  readonly node: Node
  /** Whose time it is. */
  readonly level: TimedLevel | 'task'
  readonly seconds: number
}

const secondsOf = (node: Node, level: TimedLevel): number =>
  (level === 'phase' ? givenBounds(node) : fragmentBounds(node))?.max_wall_clock_seconds ?? 0

export const passed = (
  { to, node, level, seconds }: Passing,
  action: OnExhausted | 'none',
  held: { readonly gate: string; readonly atMs: number } | undefined = undefined,
): string =>
  to.emit('phase-deadline-passed', { step: node.definition.name, level, seconds, action, ...held }, node.lastEvent)

/** Nothing is planned yet: whoever plans is not heard any more. */
const cutOff = (passing: Passing, nowMs: number): void => {
  const { state, to, node, seconds } = passing
  const action = onExhausted(node.definition)
  const causation = passed(passing, action)
  const error = {
    code: 'bounds_exceeded',
    message: upSentence(node, passing.level, seconds),
    details: { bound: 'max_wall_clock_seconds', limit: seconds },
  }
  const ended: Node = { ...node, lastEvent: causation }
  if (action === 'converge') convergeWithout(state, to, ended, node.attempt, error.message)
  else if (action === 'gate') askForMore(to, ended, node.attempt, error, nowMs)
  else failStep(to, ended, node.attempt, 'bounds_exceeded', error)
}

const endSteps = (passing: Passing, nowMs: number): void => {
  const { state, to, node } = passing
  const open = openSteps(state, node)
  if (open.length === 0) {
    passed(passing, 'none')
    return
  }
  const action = onExhausted(node.definition)
  if (action === 'gate' && standStill(passing, open.length, nowMs)) return
  // Where there is no room for a gate nobody can be asked.
  const ending = action === 'gate' ? 'fail' : action
  const causation = passed(passing, ending)
  endAll(to, open, ending, upSentence(node, passing.level, passing.seconds), causation)
}

const upSentence = ({ definition }: Node, level: Passing['level'], seconds: number): string => {
  const whose = { task: 'the task', phase: definition.name, fragment: `the fragment of ${definition.name}` }[level]
  return `the time of ${whose} is up (max_wall_clock_seconds ${seconds})`
}

/** Steps of the phase that run, stand in a queue, wait, or could run; all others wait for these, and settle with them. */
export const openSteps = (state: TaskState, phase: Node): ReadonlyArray<Node> =>
  state.nodes.filter(
    (node) =>
      node !== phase &&
      node.own === undefined &&
      isCreated(node) &&
      isWithin(node, phase) &&
      (node.state.kind !== 'pending' || node.open === 0),
  )

const endAll = (
  to: Emitter,
  open: ReadonlyArray<Node>,
  action: 'fail' | 'converge',
  reason: string,
  causation: string,
): void => {
  for (const { definition, state: step } of open) {
    if (action === 'converge') to.emit('step-skipped', { step: definition.name, reason }, causation)
    else {
      const attempt = 'attempt' in step ? step.attempt : null
      to.emit('step-cancelled', { step: definition.name, attempt, reason }, causation)
    }
  }
}

/** False where there is no room for the gate, or nothing for which it could stand in the way. */
const standStill = (passing: Passing, open: number, nowMs: number): boolean => {
  const { state, to, node, level, seconds } = passing
  const convergence = node.planning?.convergence
  const times = node.planning?.timeGates ?? 0
  const gate = `${node.definition.name}~time${times === 0 ? '' : times + 1}`
  if (convergence === undefined || overrunBySteps(state, gate, 1) !== undefined) return false
  const decidedBy = passed(passing, 'gate', { gate, atMs: nowMs })
  const ofWhat = level === 'task' ? `the steps of ${node.definition.name}` : 'its steps'
  const question = `${upSentence(node, level, seconds)}, and ${open} of ${ofWhat} are open. May they have as much time again, or more?`
  materialize(to, {
    origin: 'fragment',
    by: node.definition.name,
    decidedBy,
    steps: [gateInPlace(node.definition, gate, question, { level, seconds, open })],
    attach: { convergence, terminals: [gate] },
    causation: decidedBy,
  })
  return true
}

/** Phases whose gate has been settled, by whomever and however, go on or end. */
export const releasePhases = (state: TaskState, to: Emitter, nowMs: number): void => {
  for (const id of state.heldPhases) {
    const node = nodeAt(state, id)
    const held = node.planning?.held
    const gate = held === undefined ? undefined : state.nodes[state.byName.get(held.gate) ?? -1]
    if (held === undefined || gate?.own === undefined) continue
    release(state, to, node, gate.own, nowMs)
    return
  }
}

const release = (state: TaskState, to: Emitter, node: Node, answer: Settlement, nowMs: number): void => {
  const held = node.planning?.held
  if (held === undefined) return
  const step = node.definition.name
  const stoodStillMs = Math.max(0, nowMs - held.sinceMs)
  if (answer === 'satisfied') {
    to.emit('phase-released', { step, stoodStillMs, ...timeAgain(state, node, held, nowMs) }, node.lastEvent)
    return
  }
  const released = to.emit('phase-released', { step, stoodStillMs }, node.lastEvent)
  const [action, reason] =
    answer === 'failed'
      ? (['fail', `${held.gate} was not approved`] as const)
      : (['converge', `${held.gate} was left out, and what it was about with it`] as const)
  endAll(to, openSteps(state, node), action, reason, released)
}

/** Of whatever had no more: the phase, its fragment, or the task. */
const timeAgain = (state: TaskState, node: Node, { level, seconds }: HeldPhase, nowMs: number) =>
  level === 'task' ? moreTime(state, nowMs) : { endsAtMs: nowMs + Math.max(seconds, secondsOf(node, level)) * 1000 }
