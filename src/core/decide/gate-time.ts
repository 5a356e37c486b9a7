/**
 * A gate's time-out counts from its time on, though whoever sees to it is late: a vote that comes afterwards does not
 * come before it.
 */
import { heldBy } from '../graph/held.js'
import type { Node } from '../graph/node.js'
import type { TaskState } from '../state.js'
import { type Decision, refuse } from './decision.js'

export const isTimedOut = (state: TaskState, node: Node, nowMs: number): boolean => {
  const atMs = node.state.kind === 'waiting_for_approval' ? node.state.gate.timeoutAtMs : undefined
  const standsStill = state.phase.kind === 'paused' || heldBy(state, node) !== undefined
  return atMs !== undefined && atMs <= nowMs && !standsStill
}

export const tooLate = (step: string): Decision =>
  refuse('gate_not_open', `the time of the gate ${step} is up; what follows from that is on its way`)
