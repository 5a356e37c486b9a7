/** A fork decided by the core alone, and what it has in common with the task that it was forked from. */
import * as E from 'fp-ts/lib/Either.js'
import { decide } from '../../../src/core/decide/decide.js'
import type { Refusal } from '../../../src/core/decide/decision.js'
import type { TaskEvent } from '../../../src/core/event.js'
import { evolve } from '../../../src/core/evolve/evolve.js'
import type { Node } from '../../../src/core/graph/node.js'
import { emptyState, type TaskState } from '../../../src/core/state.js'
import { serializeState } from '../../../src/engine/snapshot.js'

export const OLD = '01900000-0000-7000-8000-00000000aaaa'

export interface Forked {
  readonly events: ReadonlyArray<TaskEvent>
  readonly state: TaskState
}

export const foldTask = (events: ReadonlyArray<TaskEvent>): TaskState => {
  const state = emptyState()
  for (const event of events) evolve(state, event)
  return state
}

export const fork = (
  old: ReadonlyArray<TaskEvent>,
  at: number,
  more: { readonly replan?: boolean; readonly nowMs?: number; readonly times?: ReadonlyArray<number> } = {},
): E.Either<Refusal, Forked> => {
  const { nowMs = 0, replan = false, times } = more
  const record = old.map((event, index) => ({ event, atMs: times?.[index] ?? nowMs }))
  const decided = decide(
    emptyState(),
    { type: 'fork-task', task: OLD, record, at, replan, correlation: 'the-fork' },
    {
      id: '01900000-0000-7000-9000-000000000000',
      nowMs,
      random: 0,
      actor: { kind: 'person', id: 'ada', authenticated: false },
    },
  )
  return E.isLeft(decided) ? decided : E.right({ events: decided.right, state: foldTask(decided.right) })
}

export const forkOrThrow = (...asked: Parameters<typeof fork>): Forked => {
  const forked = fork(...asked)
  if (E.isLeft(forked)) throw new Error(`${forked.left.code}: ${forked.left.message}`)
  return forked.right
}

/**
 * A state as text, without what a fork cannot share: ids of events and of the correlation, when things moved, who runs
 * what. A running attempt counts as one that was given back, an open gate as one that nobody has voted at, and a wait
 * for another task as one for whichever.
 */
export const inCommon = (state: TaskState, idOf: (id: string) => string = (id) => id): string => {
  const readyNow = [...state.ready.items.slice(state.ready.head), ...state.running].sort((left, right) => left - right)
  const shared: TaskState = {
    ...state,
    version: 0,
    progress: 0,
    lastEvent: '',
    correlation: '',
    parentCorrelation: undefined,
    parent: undefined,
    journal: undefined,
    ready: { items: readyNow, head: 0 },
    running: new Set<number>(),
    toPublish: [],
    nodes: state.nodes.map((node) => shareable(node, idOf)),
  }
  return serializeState(shared).replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, idOf)
}

const shareable = (node: Node, idOf: (id: string) => string): Node => {
  const { createdBy, state, child } = node
  return {
    ...node,
    lastEvent: '',
    createdBy: createdBy === undefined ? undefined : { ...createdBy, event: idOf(createdBy.event) },
    state: state.kind === 'in_progress' ? { kind: 'pending' } : withoutVotes(state),
    child: child === undefined ? undefined : { ...child, task: '' },
  }
}

const withoutVotes = (state: Node['state']): Node['state'] => {
  if (state.kind === 'waiting_for_approval')
    return { ...state, gate: { ...state.gate, approvals: [], timeoutAtMs: undefined, reminders: undefined } }
  if (state.kind !== 'waiting' || state.wait.child === undefined) return state
  return { ...state, wait: { ...state.wait, child: { ...state.wait.child, task: '' } } }
}
