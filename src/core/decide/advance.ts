/**
 * What follows from the state as it is, without anybody asking for it: empty convergences are skipped, withheld ones
 * that a failure brought in are revived, ready steps are enqueued up to the window, and a task in which nothing can
 * run any more is completed or blocked. The engine repeats it until it has nothing to say.
 */
import { unabsorbedFailures } from '../graph/absorption.js'
import { createdByRevival } from '../graph/creation.js'
import { heldBy } from '../graph/held.js'
import { isCompensation, isCreated, type Node } from '../graph/node.js'
import { ENQUEUE_WINDOW } from '../limits.js'
import { isClosed, nodeAt, type TaskState } from '../state.js'
import { planCompensations } from './compensation.js'
import { accept, type Decision } from './decision.js'
import { type Emitter, emitter } from './emit.js'
import type { Envelope } from './envelope.js'
import { materialize } from './materialize.js'
import { releasePhases } from './phase-time.js'
import { publishDomainEvents } from './publish.js'
import { replanFailedPhase } from './replan.js'
import { endOutOfTime } from './task-time.js'

/** Decides all that follows from the state as it is: enqueues what is ready, skips, revives, closes or blocks the task. */
export interface Advance {
  readonly type: 'advance'
}

export const advance = (state: TaskState, envelope: Envelope): Decision => {
  if (state.toPublish.length > 0) return publish(state, envelope)
  if (isClosed(state.phase)) return compensate(state, envelope)
  if (state.phase.kind !== 'open' && state.phase.kind !== 'blocked') return accept([])
  if (state.startsAtMs !== undefined) return accept([])
  const to = emitter(state, envelope)
  if (state.heldPhases.length > 0) releasePhases(state, to, envelope.nowMs)
  if (to.events.length > 0) return accept(to.events)
  endOutOfTime(state, to, envelope.nowMs)
  if (to.events.length > 0) return accept(to.events)
  for (const id of state.toSkip) {
    to.emit('step-skipped', { step: nodeAt(state, id).definition.name, reason: 'no branch was taken' })
  }
  for (const id of state.toStop) stopInstances(state, to, nodeAt(state, id))
  // One at a time: what follows from two of them together exists only when both do.
  for (const id of state.toRevive.slice(0, 1)) revive(state, to, nodeAt(state, id))
  if (to.events.length > 0) return accept(to.events)
  enqueueReady(state, to, (node) => heldBy(state, node) === undefined)
  if (to.events.length === 0 && state.live === 0 && state.phase.kind === 'open') close(state, to)
  return accept(to.events)
}

/** Whatever the task has come to meanwhile: what happened is told. */
const publish = (state: TaskState, envelope: Envelope): Decision => {
  const to = emitter(state, envelope)
  publishDomainEvents(state, to)
  return accept(to.events)
}

/** After the end of a task: what was done is undone, the last first, and then the task is over. */
const compensate = (state: TaskState, envelope: Envelope): Decision => {
  const to = emitter(state, envelope)
  // What is being undone is undone to the end, whatever a person says of the task meanwhile.
  if (state.compensating > 0) enqueueReady(state, to, isCompensation)
  else if (!state.compensated && wasGivenUp(state)) planCompensations(state, to)
  return accept(to.events)
}

/** It neither completed nor was settled by a person. */
const wasGivenUp = ({ phase }: TaskState): boolean => phase.kind === 'error' || phase.kind === 'cancelled'

/** One worker of the batch has failed, and its strategy is to waste no more work on the others. */
const stopInstances = (state: TaskState, to: Emitter, parent: Node): void => {
  for (const id of parent.group?.instances ?? []) {
    const { definition, own, state: step } = nodeAt(state, id)
    if (own !== undefined) continue
    to.emit('step-cancelled', { step: definition.name, attempt: 'attempt' in step ? step.attempt : null })
  }
}

const revive = (state: TaskState, to: Emitter, convergence: Node): void => {
  const failed = convergence.creators.map((id) => nodeAt(state, id)).find((creator) => creator.settlement === 'failed')
  const by = failed ?? convergence
  materialize(to, {
    origin: 'decision',
    by: by.definition.name,
    decidedBy: by.lastEvent === '' ? state.lastEvent : by.lastEvent,
    steps: createdByRevival(state, convergence).map((node) => node.definition),
    causation: state.lastEvent,
  })
}

const enqueueReady = (state: TaskState, to: Emitter, mayRun: (node: Node) => boolean): void => {
  const room = ENQUEUE_WINDOW - state.enqueued.size
  const { items, head } = state.ready
  for (let index = head; index < items.length && to.events.length < room; index += 1) {
    const id = items[index]
    const node = id === undefined ? undefined : state.nodes[id]
    if (node === undefined || node.state.kind !== 'pending' || node.own !== undefined || !isCreated(node)) continue
    if (!mayRun(node)) continue
    to.emit('step-enqueued', { step: node.definition.name, attempt: node.attempt + 1, enqueue: node.enqueues + 1 })
  }
}

const close = (state: TaskState, to: Emitter): void => {
  const failed = unabsorbedFailures(state)
  if (failed.length === 0) {
    to.emit('task-completed', {})
    return
  }
  if (replanFailedPhase(state, to, failed)) return
  const blocked = to.emit('task-blocked', { failed: failed.map((node) => node.definition.name) })
  const first = failed[0]
  if (first !== undefined && state.onBlocked?.errorAfterMs === 0) {
    const error =
      first.state.kind === 'error' ? first.state.error : { code: 'cancelled', message: 'the step was cancelled' }
    to.emit('task-failed', { error, step: first.definition.name }, blocked)
  }
}
