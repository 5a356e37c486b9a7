/**
 * A way back for the state while a chain is under way. Another process may append first, and then what this one has
 * folded did not happen: the state is put back to where the log is, at the cost of what was changed, not of the task.
 * Only what happens all the time can be put back; after any other event the state has to be read anew.
 */
import type { EventType } from './event.js'
import type { Node } from './graph/node.js'
import type { Changed, TaskState } from './state.js'

const CAN_BE_PUT_BACK: ReadonlySet<EventType> = new Set([
  'step-enqueued',
  'step-started',
  'step-checkpointed',
  'step-completed',
  'step-attempt-failed',
  'step-failed',
  'step-lost',
  'domain-event-published',
  'domain-event-withheld',
  'task-completed',
  'task-blocked',
])

export const openJournal = (state: TaskState): void => {
  state.journal = {
    nodes: new Map(),
    state: { ...state, ready: { ...state.ready } },
    readyLength: state.ready.items.length,
    toSkip: [...state.toSkip],
    toStop: [...state.toStop],
    toRevive: [...state.toRevive],
    toPublish: [...state.toPublish],
    undoable: state.undoable.length,
    complete: true,
  }
}

/** The chain has landed: there is no way back any more. */
export const closeJournal = (state: TaskState): void => {
  state.journal = undefined
}

export const noteEvent = (state: TaskState, type: EventType): void => {
  if (state.journal !== undefined && !CAN_BE_PUT_BACK.has(type)) state.journal.complete = false
}

/** The ready list was changed elsewhere than at its ends. */
export const cannotBePutBack = (state: TaskState): void => {
  if (state.journal !== undefined) state.journal.complete = false
}

/** To be called before a node is changed. */
export const touch = (state: TaskState, node: Node): void => {
  const { journal } = state
  if (journal === undefined || journal.nodes.has(node)) return
  const { group } = node
  journal.nodes.set(node, {
    node: { ...node },
    group: group === undefined ? undefined : { ...group },
    backlog: group?.backlog.length ?? 0,
  })
}

/** Puts the state back to where the journal was opened; false where that cannot be done, and it must be read anew. */
export const putBack = (state: TaskState): boolean => {
  const { journal } = state
  if (journal === undefined || !journal.complete) return false
  for (const [node, saved] of journal.nodes) restoreNode(state, node, saved)
  const { ready, ...scalars } = journal.state
  Object.assign(state, scalars)
  state.ready.items = ready.items
  state.ready.items.length = journal.readyLength
  state.ready.head = ready.head
  state.toSkip.splice(0, state.toSkip.length, ...journal.toSkip)
  state.toStop.splice(0, state.toStop.length, ...journal.toStop)
  state.toRevive.splice(0, state.toRevive.length, ...journal.toRevive)
  state.toPublish.splice(0, state.toPublish.length, ...journal.toPublish)
  state.undoable.length = journal.undoable
  state.journal = undefined
  return true
}

const restoreNode = (state: TaskState, node: Node, saved: Changed): void => {
  const { group } = node
  Object.assign(node, saved.node)
  if (group !== undefined && saved.group !== undefined) {
    Object.assign(group, saved.group)
    group.backlog.length = saved.backlog
  }
  keep(state.enqueued, node.id, node.state.kind === 'enqueued')
  keep(state.running, node.id, node.state.kind === 'in_progress')
}

const keep = (ids: Set<number>, id: number, member: boolean): void => {
  if (member) ids.add(id)
  else ids.delete(id)
}
