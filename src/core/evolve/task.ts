/** How events of the task as a whole change its state. */
import type { EventOf } from '../event.js'
import type { TaskState } from '../state.js'

export type WholeTaskEvent = EventOf<
  | 'task-created'
  | 'task-paused'
  | 'task-resumed'
  | 'task-blocked'
  | 'task-completed'
  | 'task-failed'
  | 'task-cancelled'
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
    case 'task-paused':
      state.phase = { kind: 'paused' }
      return
    case 'task-resumed':
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
    case 'priority-changed':
      state.priority = event.data.priority
      return
    case 'deadline-passed':
    case 'command-delivered':
      return
    case 'signal-received':
      state.signalIds.add(event.data.id)
      if (!state.signals.has(event.data.name)) state.signals.set(event.data.name, event.data.payload)
      return
    case 'bounds-raised':
      state.bounds = { ...state.bounds, ...event.data.bounds }
      return
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
  state.onBlocked = data.onBlocked
  state.maxDurationMs = data.maxDurationMs
  state.parent = data.parent
}

const never = (event: never): never => {
  throw new Error(`no event of a task: ${JSON.stringify(event)}`)
}
