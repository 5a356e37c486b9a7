/**
 * Phases that stand still: their time is up, and people were asked for more. As in a paused task, what runs reports as
 * usual, nothing new is claimed, and timers wait.
 */
import { scopeOf } from '../frame.js'
import { findNode, nodeAt, type TaskState } from '../state.js'
import type { Node } from './node.js'

/** The innermost phase around a step that stands still; `but` is one that is about to go on. */
export const heldBy = (state: TaskState, { definition }: Node, but?: Node): Node | undefined => {
  if (state.heldPhases.length === 0) return undefined
  for (let scope = scopeOf(definition.name); scope !== ''; scope = scopeOf(scope)) {
    const phase = findNode(state, scope)
    if (phase?.planning?.held !== undefined && phase !== but) return phase
  }
  return undefined
}

/** Steps that stand in a queue or are about to; those of a phase that stands still go nowhere. */
export const queuedSteps = (state: TaskState): number => {
  const { items, head } = state.ready
  if (state.heldPhases.length === 0) return items.length - head + state.enqueued.size
  const free = (id: number): boolean => {
    const node = nodeAt(state, id)
    return node.own === undefined && heldBy(state, node) === undefined
  }
  return items.slice(head).filter(free).length + [...state.enqueued].filter(free).length
}

/** Steps whose retry a clock will bring. */
export const retryingSteps = (state: TaskState): number =>
  state.heldPhases.length === 0
    ? state.waitingForRetry
    : state.nodes.filter((node) => node.state.kind === 'waiting_for_retry' && heldBy(state, node) === undefined).length

/** The phase that stands still for a gate. */
export const heldFor = (state: TaskState, gate: string): Node | undefined => {
  const id = state.heldPhases.find((phase) => nodeAt(state, phase).planning?.held?.gate === gate)
  return id === undefined ? undefined : nodeAt(state, id)
}
