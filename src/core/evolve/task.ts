/** How events of the task as a whole change its state. */

import { allowMore, raise } from '../allowance.js'
import type { EventOf } from '../event.js'
import { type Deadline, findNode, type TaskState } from '../state.js'
import { movedDeadline, remainingDeadline } from './deadline.js'
import { moveClocks, shiftClocks } from './phase-clock.js'
import { phasesAround } from './spending.js'

export type WholeTaskEvent = EventOf<
  | 'task-created'
  | 'task-paused'
  | 'task-resumed'
  | 'delay-ended'
  | 'task-blocked'
  | 'task-completed'
  | 'task-failed'
  | 'task-cancelled'
  | 'task-resolved-manually'
  | 'dead-letter-resolved'
  | 'task-reopened'
  | 'priority-changed'
  | 'deadline-passed'
  | 'signal-received'
  | 'bounds-raised'
  | 'command-delivered'
>

export const evolveTask = (state: TaskState, event: WholeTaskEvent): void => {
  switch (event.type) {
    case 'task-created':
      return created(state, event)
    case 'task-paused': {
      const { deadlineLeftMs: leftMs, atMs } = event.data
      state.phase = { kind: 'paused' }
      state.pausedAtMs = atMs
      if (state.deadline !== undefined && leftMs !== undefined) state.deadline = { ...state.deadline, leftMs }
      return
    }
    case 'task-resumed':
      state.phase = { kind: 'open' }
      state.deadline = resumed(state.deadline, event)
      state.pausedAtMs = undefined
      shiftClocks(state, event.data.stoodStillMs ?? 0)
      return
    case 'delay-ended':
      state.startsAtMs = undefined
      return
    case 'task-reopened':
      state.phase = { kind: 'open' }
      return
    case 'task-blocked':
      state.phase = { kind: 'blocked', failed: event.data.failed }
      return
    case 'task-completed':
      state.phase = { kind: 'complete' }
      return
    case 'task-failed':
      state.phase = { kind: 'error', ...event.data.error, step: event.data.step }
      return
    case 'task-cancelled':
      state.phase = { kind: 'cancelled' }
      return
    case 'task-resolved-manually':
      state.phase = { kind: 'resolved_manually' }
      return
    case 'priority-changed':
      state.priority = event.data.priority
      return
    case 'deadline-passed':
      return deadlinePassed(state, event)
    case 'command-delivered':
    case 'dead-letter-resolved':
      return
    case 'signal-received':
      state.signalIds.add(event.data.id)
      if (!state.signals.has(event.data.name)) state.signals.set(event.data.name, event.data.payload)
      return
    case 'bounds-raised':
      return raised(state, event)
    default:
      return never(event)
  }
}

const created = (state: TaskState, event: EventOf<'task-created'>): void => {
  const { data, metadata } = event
  state.phase = { kind: 'open' }
  state.template = data.template
  state.input = data.input
  state.priority = data.priority
  state.bounds = data.bounds
  state.vocabulary = data.vocabulary
  state.correlation = metadata.correlation
  state.parentCorrelation = metadata.parentCorrelation
  state.trace = metadata.trace
  state.onBlocked = data.onBlocked
  state.maxDurationMs = data.maxDurationMs
  state.startsAtMs = data.runAtMs
  state.deadline = data.deadline
  state.staleness = data.staleness
  state.onTimeout = data.onTimeout
  state.partitions = data.partitions ?? {}
  state.parent = data.parent
  state.inputSchema = data.inputSchema
}

const deadlinePassed = (state: TaskState, { data }: EventOf<'deadline-passed'>): void => {
  if (data.limit !== state.deadline?.limit) return
  state.deadline = data.phases === undefined ? undefined : remainingDeadline(state)
  state.outOfTime = data.phases?.flatMap((name) => state.byName.get(name) ?? [])
}

/** For the task as a whole, and for each phase in which the step stands that could not go on. */
const raised = (state: TaskState, { data }: EventOf<'bounds-raised'>): void => {
  state.deadline = movedDeadline(state, data.bounds)
  state.bounds = allowMore(state.bounds, data.bounds)
  const asking = data.step === undefined ? undefined : findNode(state, data.step)
  if (asking === undefined) return
  moveClocks(state, asking, data.bounds)
  for (const phase of phasesAround(state, `${asking.definition.name}/`)) {
    phase.raised = { ...data.bounds, ...(phase.raised === undefined ? {} : raise(phase.raised, data.bounds)) }
  }
}

const resumed = (deadline: Deadline | undefined, { data }: EventOf<'task-resumed'>): Deadline | undefined =>
  deadline === undefined ? undefined : { limit: deadline.limit, atMs: data.deadlineAtMs ?? deadline.atMs }

const never = (event: never): never => {
  throw new Error(`no event of a task: ${JSON.stringify(event)}`)
}
