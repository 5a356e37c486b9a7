/** What must hold whatever happens: checked after every append to the log, from the log alone. */
import * as E from 'fp-ts/lib/Either.js'
import { decodeEvent, type TaskEvent } from '../../src/core/event.js'
import { evolve } from '../../src/core/evolve/evolve.js'
import { emptyState, findNode, type TaskState } from '../../src/core/state.js'
import { serializeState } from '../../src/engine/snapshot.js'
import type { StoredEvent } from '../../src/ports/log.js'

export const foldStored = (events: ReadonlyArray<StoredEvent>): TaskState => {
  const state = emptyState()
  for (const stored of events) evolve(state, eventOf(stored))
  return state
}

const eventOf = (stored: StoredEvent): TaskEvent => {
  const decoded = decodeEvent(stored)
  if (E.isLeft(decoded)) throw new Error(decoded.left.message)
  return decoded.right
}

/** The live state of a process is the fold of the log. */
export const replayEquals = (live: TaskState, events: ReadonlyArray<StoredEvent>): void => {
  const replayed = foldStored(events.slice(0, live.version))
  const [left, right] = [canonical(live), canonical(replayed)]
  if (left !== right) throw new Error(`the live state is not the fold of the log:\n${left}\n${right}`)
}

/** In which order steps entered a queue is of no consequence, and not kept when a chain is put back. */
const canonical = (state: TaskState): string => {
  const sorted = (ids: ReadonlySet<number>) => new Set([...ids].sort((left, right) => left - right))
  return serializeState({ ...state, enqueued: sorted(state.enqueued), running: sorted(state.running) })
}

/** Reads a whole stream and says the first thing that must never have happened. */
export const faultIn = (events: ReadonlyArray<StoredEvent>): string | undefined => {
  const state = emptyState()
  const completed = new Set<string>()
  const started = new Map<string, number>()
  for (const stored of events) {
    const event = eventOf(stored)
    const fault = faultOf(event, state, completed, started)
    if (fault !== undefined) return `version ${stored.version}, ${event.type}: ${fault}`
    evolve(state, event)
  }
  return undefined
}

const faultOf = (
  event: TaskEvent,
  before: TaskState,
  completed: Set<string>,
  started: Map<string, number>,
): string | undefined => {
  if (event.type === 'step-completed') {
    if (completed.has(event.data.step)) return `${event.data.step} completed twice`
    completed.add(event.data.step)
  }
  if (event.type === 'step-reset') completed.delete(event.data.step)
  if (event.type !== 'step-started') return undefined
  const { step, attempt } = event.data
  if (completed.has(step)) return `${step} started after it had completed`
  if ((started.get(step) ?? 0) >= attempt) return `attempt ${attempt} of ${step} started twice`
  started.set(step, attempt)
  const node = findNode(before, step)
  if (node === undefined) return `${step} started before it was created`
  const unsettled = node.dependencies.find((id) => before.nodes[id]?.settlement === undefined)
  return unsettled === undefined
    ? undefined
    : `${step} started before ${before.nodes[unsettled]?.definition.name} had settled`
}
