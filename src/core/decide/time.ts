/**
 * What the clock does to a task: its delay ends, it does not end in time, or it stands still for too long. Each is asked
 * for by a row that has become due, and refused where the task has moved on since the row was read.
 */
import { stalenessOf } from '../staleness.js'
import type { TaskState } from '../state.js'
import type { TimeoutAction } from '../template.js'
import type { TimeLimit } from '../time-limits.js'
import { accept, type Decision, refuse } from './decision.js'
import { type Emitter, emitter } from './emit.js'
import type { Envelope } from './envelope.js'
import { cancelSteps } from './task.js'
import { isUnderWay, phasesToAsk } from './task-time.js'

/** The time for which the task was created has come. */
export interface EndDelay {
  readonly type: 'end-delay'
}

export interface PassDeadline {
  readonly type: 'pass-deadline'
}

/** Nothing has moved since this version, for as long as the template allows. */
export interface PassStaleness {
  readonly type: 'pass-staleness'
  readonly version: number
}

export const endDelay = (state: TaskState, envelope: Envelope): Decision => {
  if (state.startsAtMs === undefined || state.startsAtMs > envelope.nowMs) {
    return refuse('not_waiting', 'the task waits for no time that has come')
  }
  const to = emitter(state, envelope)
  to.emit('delay-ended', {})
  return accept(to.events)
}

export const passDeadline = (state: TaskState, envelope: Envelope): Decision => {
  const { deadline } = state
  if (deadline === undefined || deadline.atMs > envelope.nowMs) {
    return refuse('not_waiting', 'the task has no deadline that has passed')
  }
  const to = emitter(state, envelope)
  const phases = deadline.limit === 'max_wall_clock_seconds' ? phasesToAsk(state) : []
  if (phases.length > 0) {
    const names = phases.filter(isUnderWay).map(({ definition }) => definition.name)
    to.emit('deadline-passed', { limit: deadline.limit, fails: false, deadLetter: false, phases: names })
    return accept(to.events)
  }
  const asked = state.onTimeout?.late
  // The bound on the wall clock is a promise of the template, whatever its lifecycle says of other limits. Where
  // something is planned, `on_exhausted` says how it is kept.
  const fails = deadline.limit === 'max_wall_clock_seconds' || (asked?.fails ?? true)
  pass(state, to, deadline.limit, { fails, deadLetter: asked?.deadLetter ?? false }, 'the task did not end in time')
  return accept(to.events)
}

export const passStaleness = (state: TaskState, command: PassStaleness, envelope: Envelope): Decision => {
  const stands = stalenessOf(state)
  if (stands === undefined || state.progress !== command.version) {
    return refuse('not_waiting', 'the task has moved on since')
  }
  const to = emitter(state, envelope)
  const asked = state.onTimeout?.stale ?? { fails: false, deadLetter: true }
  pass(state, to, stands.limit, asked, `nothing moved for ${stands.afterMs / 60_000} minutes`)
  return accept(to.events)
}

const pass = (state: TaskState, to: Emitter, limit: TimeLimit, action: TimeoutAction, said: string): void => {
  const passed = to.emit('deadline-passed', { limit, ...action })
  if (!action.fails) return
  const error = { code: 'deadline_passed', message: `${said} (${limit})` }
  const failed = to.emit('task-failed', { error, step: null }, passed)
  cancelSteps(state, to, failed)
}
