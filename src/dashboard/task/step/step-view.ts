/** What the panel of one step says, from the folded state: plain data, of a bounded size however wide the graph is. */
import { canonicalJson } from '../../../core/canonical-json.js'
import type { Content } from '../../../core/content.js'
import { type CreatedBy, type GateState, isCreated, isDecider, type Node, type Wait } from '../../../core/graph/node.js'
import type { Json, JsonObject } from '../../../core/json.js'
import type { StepError } from '../../../core/outcome.js'
import { findNode, isClosed, nodeAt, type TaskState } from '../../../core/state.js'
import type { StepType } from '../../../core/step.js'
import { phaseOf } from '../graph/phases.js'
import { type Standing, standingOf } from '../graph/standing.js'

export interface StepView {
  readonly name: string
  readonly type: StepType
  readonly handler: string
  readonly phase: string
  readonly standing: Standing
  readonly settlement: string | null
  readonly isCreated: boolean
  readonly attempts: number
  readonly generation: number
  /** As it was written: references stand in it, and never what a secret holds. */
  readonly config: JsonObject
  readonly inputs: JsonObject
  /** What `${item…}` stands for. */
  readonly item: Json
  readonly rules: ReadonlyArray<readonly [name: string, value: string]>
  readonly above: ReadonlyArray<NamedStep>
  readonly below: ReadonlyArray<NamedStep>
  /** Further ones that are not listed. */
  readonly moreAbove: number
  readonly moreBelow: number
  readonly instances: number
  readonly result: Content | null
  readonly error: StepError | null
  readonly retryAtMs: number | null
  readonly wait: Wait | null
  readonly gate: GateState | null
  readonly child: string | null
  /** From the step that decided that it be, up to the template. */
  readonly origins: ReadonlyArray<Origin>
  readonly actions: ReadonlyArray<StepAction>
}

export interface NamedStep {
  readonly name: string
  readonly standing: Standing
}

export interface Origin {
  /** Which kind of event created it: of the template, a decision, a fragment, … */
  readonly origin: string
  /** The step that decided it; null for the template's own. */
  readonly by: string | null
}

export const STEP_ACTIONS = ['retry', 'reset', 'resolve', 'complete', 'skip'] as const
export type StepAction = (typeof STEP_ACTIONS)[number]

export const MAX_LISTED_STEPS = 12

/** Undefined where the task has no such step. */
export const stepView = (state: TaskState, name: string): StepView | undefined => {
  const node = findNode(state, name)
  if (node === undefined) return undefined
  const { definition } = node
  return {
    name,
    type: definition.type,
    handler: definition.handler,
    phase: phaseOf(node),
    standing: standingOf(node),
    settlement: node.settlement ?? null,
    isCreated: isCreated(node),
    attempts: node.attempt,
    generation: node.generation,
    config: definition.config ?? {},
    inputs: definition.inputs ?? {},
    item: definition.item ?? null,
    rules: rulesOf(node),
    above: listed(state, node.dependencies),
    below: listed(state, node.dependents),
    moreAbove: Math.max(0, node.dependencies.length - MAX_LISTED_STEPS),
    moreBelow: Math.max(0, node.dependents.length - MAX_LISTED_STEPS),
    instances: node.group?.instances.length ?? 0,
    result: node.state.kind === 'complete' ? node.state.result : null,
    error: node.state.kind === 'error' || node.state.kind === 'waiting_for_retry' ? node.state.error : null,
    retryAtMs: node.state.kind === 'waiting_for_retry' ? node.state.dueAtMs : null,
    wait: node.state.kind === 'waiting' ? node.state.wait : null,
    gate: node.state.kind === 'waiting_for_approval' ? node.state.gate : null,
    child: node.child?.task ?? null,
    origins: originsOf(state, node),
    actions: actionsOn(state, node),
  }
}

const listed = (state: TaskState, ids: ReadonlyArray<number>): ReadonlyArray<NamedStep> =>
  ids.slice(0, MAX_LISTED_STEPS).map((id) => {
    const node = nodeAt(state, id)
    return { name: node.definition.name, standing: standingOf(node) }
  })

/** How it is run, where its definition says something of it. */
const rulesOf = ({ definition }: Node): ReadonlyArray<readonly [string, string]> => {
  const { retry, timeoutMs, requires, tolerateFailures, onEmpty, batch, bounds, limitKey, limitPer, method } =
    definition
  const rules: ReadonlyArray<readonly [string, Json | undefined]> = [
    ['method', method],
    ['retry', plain(retry)],
    ['timeout', timeoutMs === undefined ? undefined : `${timeoutMs / 1_000} s`],
    ['requires', plain(requires)],
    ['tolerate_failures', tolerateFailures],
    ['on_empty', onEmpty],
    ['batch', plain(batch)],
    ['bounds', plain(bounds)],
    ['limit', limitKey === undefined ? undefined : `${limitKey}${limitPer === undefined ? '' : ` per ${limitPer}`}`],
  ]
  return rules.flatMap(([name, value]) =>
    value === undefined ? [] : [[name, typeof value === 'string' ? value : canonicalJson(value)] as const],
  )
}

const plain = (value: object | string | undefined): Json | undefined =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value))

const originsOf = (state: TaskState, step: Node): ReadonlyArray<Origin> => {
  const origins: Origin[] = []
  const seen = new Set<number>()
  for (let node: Node | undefined = step; node?.createdBy !== undefined && !seen.has(node.id); ) {
    seen.add(node.id)
    const { origin, step: by }: CreatedBy = node.createdBy
    origins.push({ origin, by })
    node = by === null ? undefined : findNode(state, by)
  }
  return origins
}

/** What makes sense; the core has the last word, and repairs also a task that ended in error. */
const actionsOn = (state: TaskState, node: Node): ReadonlyArray<StepAction> => {
  if (!isCreated(node) || (isClosed(state.phase) && state.phase.kind !== 'error')) return []
  switch (node.state.kind) {
    case 'in_progress':
      return []
    case 'waiting_for_retry':
      return ['retry', 'resolve', 'complete', 'skip']
    case 'error':
    case 'cancelled':
      return ['reset', 'resolve', 'complete', 'skip']
    case 'complete':
      return isDecider(node) || node.group !== undefined ? [] : ['reset']
    case 'skipped':
    case 'resolved_manually':
      return ['reset']
    case 'pending':
      return node.own === undefined ? ['resolve', 'complete', 'skip'] : []
    case 'enqueued':
    case 'waiting':
    case 'waiting_for_approval':
      return ['resolve', 'complete', 'skip']
    default:
      return noState(node.state)
  }
}

const noState = (state: never): never => {
  throw new Error(`nothing is known of ${JSON.stringify(state)}`)
}
