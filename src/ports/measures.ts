/**
 * What the system tells of itself in numbers. It is told as things happen, by the process in which they happen, so the
 * sum over all processes counts each thing once. Nothing here may throw, wait, or cost more than a few additions.
 */
import type { TaskEvent } from '../core/event.js'
import type { TaskState } from '../core/state.js'

export interface Measures {
  /** Events of one task that this process appended, and the state after them. */
  landed(stream: string, state: TaskState, events: ReadonlyArray<TaskEvent>, nowMs: number): void
  /** A step of this queue was claimed here after it had waited so long. */
  claimed(queue: string, waitedMs: number): void
  /** An attempt ended here; `failed` names no reason, for a handler's codes are without number. */
  attempted(handler: string, outcome: string, ms: number): void
  /** One append of this process to the log. */
  appended(batch: Appended): void
  /** A planner was asked and has answered, whatever. */
  planned(provider: string, outcome: 'answered' | 'failed', ms: number): void
  /** A request over HTTP, by the route that answered it. */
  answered(method: string, route: string, status: number, ms: number): void
  /** Whether this process is the one that sweeps. */
  leads(leading: boolean): void
  /** The leader has looked at everything once. */
  swept(nowMs: number): void
  /** Ticks of schedules that became tasks, that were missed, that were refused. */
  ticked(outcome: 'ran' | 'missed' | 'refused', count: number): void
}

export interface Appended {
  readonly events: number
  readonly ms: number
  readonly outcomes: ReadonlyArray<{ readonly kind: 'landed' | 'conflict' | 'duplicate' | 'refused' }>
}

/** For whoever does not want to know. */
export const noMeasures: Measures = {
  landed: () => undefined,
  claimed: () => undefined,
  attempted: () => undefined,
  appended: () => undefined,
  planned: () => undefined,
  answered: () => undefined,
  leads: () => undefined,
  swept: () => undefined,
  ticked: () => undefined,
}
