/** What a page says of a task as a whole, from its folded state: how far it is, what it may use, and what it waits for. */
import type { Bounds, Usage } from '../../../core/bounds.js'
import type { Content } from '../../../core/content.js'
import { heldFor } from '../../../core/graph/held.js'
import { type GateState, isCreated, isWorkerTemplate, type Node } from '../../../core/graph/node.js'
import { isOver, type TaskState } from '../../../core/state.js'
import { statusOf, type TaskStatus } from '../../../core/status.js'
import { errorOf } from '../../../core/view.js'

export interface TaskHead {
  readonly version: number
  readonly status: TaskStatus
  readonly isOver: boolean
  readonly isPaused: boolean
  readonly template: TaskState['template']
  readonly priority: number
  readonly correlation: string
  readonly parentCorrelation: string | null
  readonly parent: { readonly task: string; readonly step: string } | null
  readonly children: ReadonlyArray<Child>
  /** Milliseconds since the epoch; null where it has none. */
  readonly deadlineMs: number | null
  readonly startsAtMs: number | null
  /** Created steps, and those of them that have settled. */
  readonly steps: number
  readonly settled: number
  readonly failed: number
  readonly usage: ReadonlyArray<BoundUse>
  readonly input: Content
  readonly outputs: ReadonlyArray<Output>
  readonly error: { readonly code: string; readonly message: string; readonly step: string | null } | null
  readonly deadLetter: string | null
  readonly gates: ReadonlyArray<WaitingGate>
  /** Names of signals that steps wait for. */
  readonly awaited: ReadonlyArray<string>
  /** Some step of it is or was planned. */
  readonly isPlanned: boolean
}

export interface Child {
  readonly task: string
  readonly step: string
}

export interface BoundUse {
  readonly bound: 'steps' | 'phases' | 'calls' | 'tokens' | 'cost'
  readonly used: number
  readonly reserved: number
  readonly limit: number | null
}

/** What nobody in the task goes on with. */
export interface Output {
  readonly step: string
  readonly result: Content
}

export interface WaitingGate
  extends Pick<GateState, 'question' | 'groups' | 'required' | 'digest' | 'context' | 'about'> {
  readonly step: string
  /** It may be given more than an answer: bounds, or time. */
  readonly asksForMore: boolean
  readonly approvals: GateState['approvals']
  readonly timeoutAtMs: number | null
}

const MAX_LISTED_OUTPUTS = 5
const MAX_LISTED_GATES = 20
const MAX_LISTED_CHILDREN = 50

/** One look at each step, whatever the page shows. */
export const taskHead = (state: TaskState): TaskHead => {
  const steps = state.nodes.filter((node) => isCreated(node) && !isWorkerTemplate(node))
  return {
    version: state.version,
    status: statusOf(state),
    isOver: isOver(state),
    isPaused: state.phase.kind === 'paused',
    template: state.template,
    priority: state.priority,
    correlation: state.correlation,
    parentCorrelation: state.parentCorrelation ?? null,
    parent: state.parent ?? null,
    children: childrenOf(steps),
    deadlineMs: state.deadline === undefined || state.deadline.leftMs !== undefined ? null : state.deadline.atMs,
    startsAtMs: state.startsAtMs ?? null,
    steps: steps.length,
    settled: steps.filter(({ own }) => own !== undefined).length,
    failed: steps.filter(({ state: { kind } }) => kind === 'error').length,
    usage: usageOf(state),
    input: state.input,
    outputs: outputsOf(steps),
    error: errorOf(state),
    deadLetter: state.deadLetter?.reason ?? null,
    gates: gatesOf(state, steps),
    awaited: awaitedOf(steps),
    isPlanned: steps.some(({ definition }) => definition.type === 'planning'),
  }
}

const childrenOf = (steps: ReadonlyArray<Node>): ReadonlyArray<Child> =>
  steps
    .flatMap(({ child, definition }) => (child === undefined ? [] : [{ task: child.task, step: definition.name }]))
    .slice(0, MAX_LISTED_CHILDREN)

const usageOf = ({ used, reserved, bounds }: TaskState): ReadonlyArray<BoundUse> =>
  USES.map(([bound, key, limit]) => ({
    bound,
    used: used[key],
    reserved: reserved[key],
    limit: bounds[limit] ?? null,
  })).filter(({ bound, used: taken, limit }) => bound === 'steps' || taken > 0 || limit !== null)

type Limit = 'max_steps' | 'max_phases' | 'max_planner_calls' | 'max_tokens' | 'max_cost_usd'

const USES: ReadonlyArray<readonly [BoundUse['bound'], keyof Usage, Limit & keyof Bounds]> = [
  ['steps', 'steps', 'max_steps'],
  ['phases', 'phases', 'max_phases'],
  ['calls', 'plannerCalls', 'max_planner_calls'],
  ['tokens', 'tokens', 'max_tokens'],
  ['cost', 'costUsd', 'max_cost_usd'],
]

const outputsOf = (steps: ReadonlyArray<Node>): ReadonlyArray<Output> =>
  steps
    .flatMap(({ state, dependents, parent, definition }) =>
      state.kind === 'complete' && dependents.length === 0 && parent === undefined
        ? [{ step: definition.name, result: state.result }]
        : [],
    )
    .slice(-MAX_LISTED_OUTPUTS)

const gatesOf = (task: TaskState, steps: ReadonlyArray<Node>): ReadonlyArray<WaitingGate> =>
  steps
    .flatMap(({ state, definition: { name: step } }) => {
      if (state.kind !== 'waiting_for_approval') return []
      const { question, groups, required, digest, context, about, approvals, timeoutAtMs = null } = state.gate
      const asksForMore = about === 'exhausted' || heldFor(task, step) !== undefined
      return [{ step, question, groups, required, digest, context, about, approvals, timeoutAtMs, asksForMore }]
    })
    .slice(0, MAX_LISTED_GATES)

const awaitedOf = (steps: ReadonlyArray<Node>): ReadonlyArray<string> => [
  ...new Set(
    steps.flatMap(({ state }) =>
      state.kind === 'waiting' && state.wait.signal !== undefined ? [state.wait.signal] : [],
    ),
  ),
]
