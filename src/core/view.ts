/** A task as people and programs are shown it: `tasker run --json`, `task.view()`, the pages. */
import type { Content } from './content.js'
import { isCreated, type Node } from './graph/node.js'
import type { StepError } from './outcome.js'
import type { Settlement } from './settlement.js'
import { findNode, nodeAt, type TaskState } from './state.js'
import { statusOf, type TaskStatus } from './status.js'

export interface StepView {
  readonly state: Exclude<Node['state']['kind'], 'waiting'>
  /** Null while it has not settled. A created step that will never run stays `pending` and is told apart by this. */
  readonly settlement: Settlement | null
  readonly attempts: number
  readonly result: Content | null
  readonly error: StepError | null
  /** The event that created it, its origin, and the step that decided it. */
  readonly createdBy: { readonly event: string; readonly origin: string; readonly step: string | null }
}

export interface TaskView {
  readonly status: TaskStatus
  /** Every created step, by its name, in the order in which steps were declared. */
  readonly steps: Readonly<Record<string, StepView>>
  readonly error: { readonly code: string; readonly message: string; readonly step: string | null } | null
}

/**
 * A task at a glance, for whoever looks after each event: it costs the same in a task of ten steps and in one of ten
 * thousand. It is of the moment in which it is handed out.
 */
export interface TaskGlance {
  readonly status: TaskStatus
  readonly steps: {
    readonly created: number
    readonly settled: number
    /** In a queue, claimed, or waiting for a time, a signal or a child. */
    readonly inFlight: number
    /** For a retry, or for people. */
    readonly waiting: number
  }
  /** The step that was declared last. */
  readonly newest: string
  /** One step; undefined where it was not created. */
  step(name: string): StepView | undefined
}

export const glanceAt = (state: TaskState): TaskGlance => ({
  status: statusOf(state),
  steps: {
    created: state.created,
    settled: state.created - state.live,
    inFlight: state.enqueued.size + state.running.size + state.waiting,
    waiting: state.waitingForRetry + state.waitingForApproval,
  },
  newest: state.nodes.at(-1)?.definition.name ?? '',
  step: (name) => {
    const node = findNode(state, name)
    return node === undefined ? undefined : viewOfStep(node)
  },
})

export const viewOf = (state: TaskState): TaskView => {
  const steps: Record<string, StepView> = {}
  for (const node of state.nodes) {
    const view = viewOfStep(node)
    if (view !== undefined) steps[node.definition.name] = view
  }
  return { status: statusOf(state), steps, error: errorOf(state) }
}

const viewOfStep = (node: Node): StepView | undefined => {
  if (node.createdBy === undefined) return undefined
  return {
    state: node.state.kind === 'waiting' ? 'in_progress' : node.state.kind,
    settlement: node.settlement ?? null,
    attempts: node.attempt,
    result: node.state.kind === 'complete' ? node.state.result : null,
    error: node.state.kind === 'error' || node.state.kind === 'waiting_for_retry' ? node.state.error : null,
    createdBy: node.createdBy,
  }
}

export const errorOf = (state: TaskState): TaskView['error'] => {
  const { phase } = state
  if (phase.kind === 'error') return { code: phase.code, message: phase.message, step: phase.step }
  if (phase.kind === 'cancelled') return { code: 'cancelled', message: 'the task was cancelled', step: null }
  if (phase.kind !== 'blocked') return null
  const step = phase.failed[0] ?? null
  const id = step === null ? undefined : state.byName.get(step)
  const node = id === undefined ? undefined : nodeAt(state, id)
  const error = node !== undefined && isCreated(node) && node.state.kind === 'error' ? node.state.error : undefined
  return { code: error?.code ?? 'blocked_by_failures', message: error?.message ?? 'a step failed', step }
}
