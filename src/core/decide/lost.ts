/** Attempts whose worker is gone (DESIGN, section 5, rule 9): another attempt follows, up to `max_losses`. */
import { mayLoseAgain } from '../retry.js'
import { nodeAt, type TaskState } from '../state.js'
import { accept, type Decision, refuse } from './decision.js'
import { emitter } from './emit.js'
import type { Envelope } from './envelope.js'

/** Every attempt that a session holds in this task is lost; `drained` when it gave them back by itself. */
export interface LoseAttempts {
  readonly type: 'lose-attempts'
  readonly session: number
  readonly drained: boolean
}

/** What an attempt reported after it was no longer its step's: kept as evidence, and nothing else. */
export interface RecordLateResult {
  readonly type: 'record-late-result'
  readonly step: number
  readonly attempt: number
  readonly outcome: string
}

export const loseAttempts = (state: TaskState, command: LoseAttempts, envelope: Envelope): Decision => {
  const to = emitter(state, envelope)
  for (const id of state.running) {
    const { state: step, definition, losses, lastEvent } = nodeAt(state, id)
    if (step.kind !== 'in_progress' || step.session !== command.session) continue
    const { name } = definition
    const ofAttempt = { step: name, attempt: step.attempt, session: command.session }
    const lost = to.emit('step-lost', command.drained ? { ...ofAttempt, drained: true } : ofAttempt, lastEvent)
    if (command.drained || mayLoseAgain(definition.retry, losses + 1)) continue
    const message = `${losses + 1} workers in a row were lost while they ran this step`
    const failed = {
      step: name,
      attempt: step.attempt,
      reason: 'lost_too_often',
      error: { code: 'lost_too_often', message },
    } as const
    to.emit('step-failed', failed, lost)
  }
  return accept(to.events)
}

export const recordLateResult = (state: TaskState, command: RecordLateResult, envelope: Envelope): Decision => {
  const node = state.nodes[command.step]
  if (node === undefined) return refuse('step_unknown', `the task has no step number ${command.step}`)
  const to = emitter(state, envelope)
  const { attempt, outcome } = command
  to.emit('late-result-recorded', { step: node.definition.name, attempt, outcome }, node.lastEvent)
  return accept(to.events)
}
