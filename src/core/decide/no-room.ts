/**
 * A step of a plan that would lead to more steps than a bound allows. It fails, and the phase around it says by
 * `on_exhausted` what follows: nothing more, the convergence without it (`replan.ts`), or people are asked for more and it
 * is run again. Where the phase may be planned anew, that comes first.
 */
import { scopeOf } from '../frame.js'
import type { Node } from '../graph/node.js'
import type { StepError } from '../outcome.js'
import { maxReplans, onExhausted } from '../planning-config.js'
import { findNode, type TaskState } from '../state.js'
import type { Emitter } from './emit.js'
import { failStep } from './fail.js'
import { askForRoom } from './plan-gate.js'

export const noRoom = (
  state: TaskState,
  to: Emitter,
  node: Node,
  attempt: number,
  error: StepError,
  nowMs: number,
): void => {
  const phase = findNode(state, scopeOf(node.definition.name))
  const asks = phase !== undefined && onExhausted(phase.definition) === 'gate' && maxReplans(phase.definition) === 0
  if (asks) askForRoom(to, node, phase, attempt, error, nowMs)
  else failStep(to, node, attempt, 'bounds_exceeded', error)
}
