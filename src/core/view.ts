/** A task as people and programs are shown it: `tasker run --json`, `task.view()`, the pages. */
import type { Content } from './content.js'
import { isCreated, type Node } from './graph/node.js'
import type { StepError } from './outcome.js'
import type { Settlement } from './settlement.js'
import { nodeAt, type TaskState } from './state.js'
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
