/** The claim: the append of `step-started` is what gives a step to a worker, and nothing else does. */
import { heldBy } from '../graph/held.js'
import type { TaskState } from '../state.js'
import { accept, type Decision, refuse } from './decision.js'
import { emitter } from './emit.js'
import type { Envelope } from './envelope.js'

/** The claim of an enqueued step by a worker's session. */
export interface StartStep {
  readonly type: 'start-step'
  readonly step: number
  readonly attempt: number
  readonly enqueue: number
  readonly session: number
  readonly worker: string
  readonly handlerVersion?: string
  /** Under which the attempt holds a slot; the claim's append takes it. */
  readonly limits?: ReadonlyArray<string>
}

export const startStep = (state: TaskState, command: StartStep, envelope: Envelope): Decision => {
  if (state.phase.kind === 'paused') return refuse('task_paused', 'the task is paused')
  const node = state.nodes[command.step]
  if (node === undefined) return refuse('step_unknown', `the task has no step number ${command.step}`)
  const { state: step, definition } = node
  const held = heldBy(state, node)
  if (held !== undefined)
    return refuse('phase_held', `the phase ${held.definition.name} stands still; people decide about it`)
  if (step.kind !== 'enqueued' || step.attempt !== command.attempt || step.enqueue !== command.enqueue) {
    return refuse(
      'not_enqueued',
      `attempt ${command.attempt} of ${definition.name} is not in a queue: it is ${step.kind}`,
    )
  }
  const to = emitter(state, envelope)
  to.emit(
    'step-started',
    {
      step: definition.name,
      attempt: command.attempt,
      session: command.session,
      worker: command.worker,
      ...(command.handlerVersion === undefined ? {} : { handlerVersion: command.handlerVersion }),
      ...(command.limits === undefined ? {} : { limits: [...command.limits] }),
    },
    node.lastEvent,
  )
  return accept(to.events)
}
