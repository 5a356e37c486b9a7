/** How events of one step change it, and what they mean for those that wait for it. */
import type { EventOf } from '../event.js'
import type { Node, StepState } from '../graph/node.js'
import { resettle } from '../graph/resettle.js'
import { openGroup, settle } from '../graph/settle.js'
import { touch } from '../journal.js'
import type { Settlement } from '../settlement.js'
import { findNode, nodeAt, type TaskState, takeFrom } from '../state.js'
import { forgetPhase } from './phase-clock.js'
import { takeReady } from './ready-list.js'
import { changeStep } from './step-state.js'

export type OneStepEvent = EventOf<
  | 'step-enqueued'
  | 'step-started'
  | 'step-checkpointed'
  | 'step-completed'
  | 'step-attempt-failed'
  | 'step-failed'
  | 'step-lost'
  | 'step-cancelled'
  | 'step-skipped'
  | 'step-reset'
  | 'step-resolved-manually'
  | 'step-completed-manually'
  | 'step-retried-now'
  | 'late-result-recorded'
  | 'step-waiting'
  | 'child-requested'
  | 'child-started'
  | 'child-ended'
  | 'decision-made'
  | 'batches-planned'
  | 'fan-out-planned'
>

export const evolveStep = (state: TaskState, event: OneStepEvent): void => {
  const node = findNode(state, event.data.step)
  if (node === undefined) throw new Error(`${event.type} names ${event.data.step}, which is no step`)
  touch(state, node)
  switch (event.type) {
    case 'step-enqueued':
      return enqueued(state, node, event)
    case 'step-started':
      return started(state, node, event)
    case 'step-checkpointed':
      node.checkpoint = event.data.checkpoint
      return
    case 'step-completed':
      if (isUndoable(node)) state.undoable.push(node.id)
      // A batch's stand-in for nothing to do is completed where it is created.
      if (node.state.kind === 'pending') takeReady(state, node.id)
      changeStep(state, node, { kind: 'complete', result: event.data.result })
      return settle(state, node, 'satisfied')
    case 'step-attempt-failed':
      return attemptFailed(state, node, event)
    case 'step-failed':
      changeStep(state, node, { kind: 'error', error: event.data.error, reason: event.data.reason })
      return settle(state, node, 'failed')
    case 'step-lost':
      return lost(state, node, event)
    case 'step-cancelled':
      changeStep(state, node, {
        kind: 'cancelled',
        ...(event.data.reason === undefined ? {} : { reason: event.data.reason }),
      })
      settle(state, node, 'failed')
      return stopped(state, node)
    case 'step-skipped':
      takeFrom(state.toSkip, node.id)
      return setByHand(state, node, { kind: 'skipped' }, 'absent')
    case 'step-resolved-manually':
      return setByHand(state, node, { kind: 'resolved_manually' }, 'satisfied')
    case 'step-completed-manually':
      return setByHand(state, node, { kind: 'complete', result: event.data.result }, 'satisfied')
    case 'step-reset':
      return reset(state, node)
    case 'batches-planned':
      return openBatch(state, event)
    case 'fan-out-planned':
      return openGroup(node, event.data.parallelism)
    case 'step-waiting':
      return waits(state, node, event)
    case 'child-requested':
      return requestedChild(node, event)
    case 'child-started':
    case 'child-ended':
    case 'step-retried-now':
    case 'late-result-recorded':
    case 'decision-made':
      return
    default:
      return never(event)
  }
}

const enqueued = (state: TaskState, node: Node, { data }: EventOf<'step-enqueued'>): void => {
  node.enqueues = data.enqueue
  // A retry comes from its timer and never stood on the ready list.
  if (node.state.kind === 'pending') takeReady(state, node.id)
  changeStep(state, node, { kind: 'enqueued', attempt: data.attempt, enqueue: data.enqueue })
}

const started = (state: TaskState, node: Node, { data }: EventOf<'step-started'>): void => {
  const { attempt, session, limits } = data
  node.attempt = attempt
  state.started = true
  const held = limits === undefined ? {} : { limits }
  changeStep(state, node, { kind: 'in_progress', attempt, session, ...held })
}

const attemptFailed = (state: TaskState, node: Node, { data }: EventOf<'step-attempt-failed'>): void => {
  node.failures += 1
  // Where no attempt follows, `step-failed` does, in the same append.
  if (data.dueAtMs === null) return
  changeStep(state, node, {
    kind: 'waiting_for_retry',
    attempt: data.attempt,
    dueAtMs: data.dueAtMs,
    error: data.error,
  })
}

/** The attempt is gone, its number is used up, and the step stands where it stood before it was enqueued. */
const lost = (state: TaskState, node: Node, { data }: EventOf<'step-lost'>): void => {
  if (data.drained !== true) node.losses += 1
  changeStep(state, node, { kind: 'pending' })
  // It has passed its group's window already: it goes straight back to the list.
  state.ready.items.push(node.id)
}

const openBatch = (state: TaskState, { data }: EventOf<'batches-planned'>): void => {
  const pattern = findNode(state, data.workerTemplate)
  if (pattern !== undefined) openGroup(pattern, data.parallelism, data.failureStrategy)
}

const waits = (state: TaskState, node: Node, { data }: EventOf<'step-waiting'>): void => {
  const { attempt, untilMs, signal, child } = data
  const of = child === undefined ? undefined : node.child
  changeStep(state, node, { kind: 'waiting', attempt, wait: { untilMs, signal, child: of } })
}

/** The last instance of a batch that was to be stopped. */
const stopped = (state: TaskState, { parent }: Node): void => {
  if (parent !== undefined && nodeAt(state, parent).group?.open === 0) takeFrom(state.toStop, parent)
}

const requestedChild = (node: Node, { data }: EventOf<'child-requested'>): void => {
  const { child: task, onFailure, template, input } = data
  node.child = { task, onFailure, template, input }
}

const isUndoable = ({ definition }: Node): boolean =>
  definition.onFailure !== undefined || definition.onCancel !== undefined

/** A person's word: where the step had settled otherwise, everything downstream is settled anew. */
const setByHand = (state: TaskState, node: Node, next: StepState, settlement: Settlement): void => {
  const takesBack = node.own !== undefined
  if (node.state.kind === 'pending' && !takesBack) takeReady(state, node.id)
  changeStep(state, node, next)
  if (takesBack) resettle(state)
  else settle(state, node, settlement)
}

/** As if it had never failed, but for its attempts, which go on counting, and the generation of its effects. */
const reset = (state: TaskState, node: Node): void => {
  node.failures = 0
  node.losses = 0
  node.generation += 1
  forgetPhase(state, node)
  node.checkpoint = undefined
  changeStep(state, node, { kind: 'pending' })
  resettle(state)
}

const never = (event: never): never => {
  throw new Error(`no event of a step: ${JSON.stringify(event)}`)
}
