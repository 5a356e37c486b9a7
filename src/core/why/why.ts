/**
 * Why a step, or a task, is not running: read from the folded log and from who serves what, never guessed. Pure; the same
 * log and surroundings always give the same answer.
 */
import { isCreated, isDecider, type Node } from '../graph/node.js'
import { MAX_EXPLAINED_STEPS } from '../limits.js'
import { findNode, isClosed, nodeAt, type TaskState } from '../state.js'
import { statusOf } from '../status.js'
import { directReasons } from './direct.js'
import type { Explanation, Origin, Reason, Surroundings } from './reason.js'
import { sentenceOf } from './sentence.js'
import { keptOutBy, shortestTrace, waitedFor } from './trace.js'

/** Undefined where the task has no such step, not even one that a decision has yet to create. */
export const whyStep = (state: TaskState, name: string, around: Surroundings): Explanation | undefined => {
  const node = findNode(state, name)
  return node === undefined ? undefined : told(name, reasonsOf(state, node, around), around)
}

export interface TaskExplanation extends Explanation {
  /** The steps with which it stands: those that explain themselves, the first of them. */
  readonly steps: ReadonlyArray<Explanation>
  /** Further ones. */
  readonly others: number
}

export const whyTask = (state: TaskState, around: Surroundings): TaskExplanation => {
  const standing = isClosed(state.phase) ? [] : state.nodes.filter((node) => isOpen(node))
  const explained: Explanation[] = []
  let others = 0
  for (const node of standing) {
    const reasons = directReasons(state, node, around)
    if (reasons.length === 0 || reasons.some(({ kind }) => kind === 'instances')) continue
    if (explained.length < MAX_EXPLAINED_STEPS) explained.push(told(node.definition.name, reasons, around))
    else others += 1
  }
  return { ...told(null, ofTask(state), around), steps: explained, others }
}

const isOpen = (node: Node): boolean => isCreated(node) && node.settlement === undefined

const ofTask = (state: TaskState): ReadonlyArray<Reason> => {
  const { phase } = state
  switch (phase.kind) {
    case 'blocked':
      return [{ kind: 'task_blocked', failed: phase.failed }]
    case 'error':
      return [{ kind: 'task_failed', code: phase.code, message: phase.message, step: phase.step }]
    case 'complete':
    case 'cancelled':
    case 'resolved_manually':
      return [{ kind: 'task_ended', status: statusOf(state) }]
    case 'paused':
      return [{ kind: 'paused' }]
    case 'open':
      return state.startsAtMs === undefined ? [] : [{ kind: 'not_before', atMs: state.startsAtMs }]
    case 'new':
      return []
  }
}

const reasonsOf = (state: TaskState, node: Node, around: Surroundings): ReadonlyArray<Reason> => {
  const direct = directReasons(state, node, around)
  if (direct.length > 0) return direct
  if (node.settlement === 'absent' || node.settlement === 'failed') return [never(state, node, node.settlement)]
  if (isClosed(state.phase)) return ofTask(state)
  return [...(state.phase.kind === 'open' ? [] : ofTask(state)), ...waiting(state, node, around)]
}

/** For whom it waits, and why they have not settled. */
const waiting = (state: TaskState, node: Node, around: Surroundings): ReadonlyArray<Reason> => {
  const first = waitedFor(state, node)
  const explains = (other: Node): boolean =>
    directReasons(state, other, around).some(({ kind }) => kind !== 'instances')
  const trace = shortestTrace(node, (other) => waitedFor(state, other), explains)
  const undecided = isCreated(node) ? [] : first.filter(isDecider).map(nameOf)
  const created: ReadonlyArray<Reason> = undecided.length === 0 ? [] : [{ kind: 'undecided', by: undecided }]
  if (trace === undefined) return created
  const root = told(nameOf(trace.end), directReasons(state, trace.end, around), around)
  const others = first.length - 1
  return [...created, { kind: 'dependency', path: trace.path.map(nameOf), root, others }]
}

const never = (state: TaskState, node: Node, settlement: 'absent' | 'failed'): Reason => {
  const own = originAt(state, node)
  if (own !== undefined) return { kind: 'never', settlement, origin: own, path: [] }
  const trace = shortestTrace(
    node,
    (other) => keptOutBy(state, other),
    (other) => originAt(state, other) !== undefined,
  )
  const origin = trace === undefined ? undefined : originAt(state, trace.end)
  const path = (trace?.path ?? []).map(nameOf)
  return { kind: 'never', settlement, origin: origin ?? { kind: 'unknown', step: nameOf(node) }, path }
}

/** Whether a step's settlement began with it. */
const originAt = (state: TaskState, node: Node): Origin | undefined => {
  const step = nameOf(node)
  if (node.state.kind === 'error') return { kind: 'failed', step, error: node.state.error }
  if (node.state.kind === 'cancelled' || node.state.kind === 'skipped') return { kind: node.state.kind, step }
  if (isCreated(node) || node.settlement !== 'absent') return undefined
  const decider = node.creators.map((id) => nodeAt(state, id)).find((creator) => creator.settlement === 'satisfied')
  return decider === undefined ? undefined : { kind: 'decided_otherwise', step: nameOf(decider) }
}

const told = (step: string | null, reasons: ReadonlyArray<Reason>, around: Surroundings): Explanation => ({
  step,
  reasons,
  sentences: reasons.map((reason) => sentenceOf(step, reason, around.nowMs)),
})

const nameOf = (node: Node): string => node.definition.name
