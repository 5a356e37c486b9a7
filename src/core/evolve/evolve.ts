/**
 * The fold: one event changes the state of its task. It never refuses, since what is in the log has happened, and it
 * changes the state in place (the caller owns it alone). Its cost does not depend on the number of steps.
 */
import type { Metadata, TaskEvent } from '../event.js'
import type { Node } from '../graph/node.js'
import { noteEvent } from '../journal.js'
import { findNode, type TaskState } from '../state.js'
import { noteDeadLetter } from './dead-letter.js'
import { type DomainEvent, evolveDomainEvent, notePublications } from './domain-events.js'
import { evolveGate } from './gate.js'
import { evolveMaterialization } from './materialization.js'
import { evolvePhaseTime } from './phase-clock.js'
import { evolvePlanning } from './planning.js'
import { isProgress } from './progress.js'
import { evolveStep, type OneStepEvent } from './step.js'
import { evolveTask } from './task.js'

export const evolve = (state: TaskState, event: TaskEvent): TaskState => {
  noteEvent(state, event.type)
  apply(state, event)
  state.version += 1
  state.lastEvent = event.id
  noteDeadLetter(state, event)
  if (isProgress(event.type)) state.progress = state.version
  if ('step' in event.data && event.data.step !== null) {
    const node = findNode(state, event.data.step)
    if (node !== undefined) {
      notePublications(state, node, event)
      node.lastEvent = event.id
      noteTrace(state, node, event.metadata)
    }
  }
  return state
}

/** Attempts tell where their step stands in the trace, so that later ones stand there too. */
const noteTrace = (state: TaskState, node: Node, { trace, actor }: Metadata): void => {
  if (trace === undefined || trace === state.trace) return
  if (actor.kind === 'worker' || actor.kind === 'planner') node.trace = trace
}

const apply = (state: TaskState, event: TaskEvent): void => {
  switch (event.type) {
    case 'task-created':
    case 'task-paused':
    case 'task-resumed':
    case 'delay-ended':
    case 'task-blocked':
    case 'task-completed':
    case 'task-failed':
    case 'task-cancelled':
    case 'task-resolved-manually':
    case 'dead-letter-resolved':
    case 'task-reopened':
    case 'priority-changed':
    case 'deadline-passed':
    case 'signal-received':
    case 'bounds-raised':
    case 'command-delivered':
      return evolveTask(state, event)
    case 'steps-materialized':
      return evolveMaterialization(state, event)
    case 'plan-requested':
    case 'fragment-proposed':
    case 'fragment-validated':
    case 'plan-failed':
      return evolvePlanning(state, event)
    case 'phase-deadline-passed':
    case 'phase-released':
      return evolvePhaseTime(state, event)
    case 'gate-opened':
    case 'gate-voted':
    case 'gate-approved':
    case 'gate-rejected':
    case 'gate-expired':
    case 'gate-escalated':
    case 'gate-reminded':
      return evolveGate(state, event)
    default:
      return applyToStep(state, event)
  }
}

const applyToStep = (state: TaskState, event: OneStepEvent | DomainEvent): void => {
  switch (event.type) {
    case 'step-enqueued':
    case 'step-started':
    case 'step-checkpointed':
    case 'step-completed':
    case 'step-attempt-failed':
    case 'step-failed':
    case 'step-lost':
    case 'step-cancelled':
    case 'step-skipped':
    case 'step-reset':
    case 'step-resolved-manually':
    case 'step-completed-manually':
    case 'step-retried-now':
    case 'late-result-recorded':
    case 'step-waiting':
    case 'child-requested':
    case 'child-started':
    case 'child-ended':
    case 'decision-made':
    case 'batches-planned':
    case 'fan-out-planned':
      return evolveStep(state, event)
    case 'domain-event-published':
    case 'domain-event-withheld':
      return evolveDomainEvent(state, event)
    default:
      return unknownEvent(event)
  }
}

const unknownEvent = (event: never): never => {
  throw new Error(`evolve does not know the event ${JSON.stringify(event)}`)
}
