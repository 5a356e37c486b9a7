/** Places in queues: the hints to them that a chain leaves, and what this process knows of one that it was told of. */
import type { Node } from '../core/graph/node.js'
import { nodeAt, type TaskState } from '../core/state.js'
import { queueOf } from '../core/step.js'
import type { Hint } from '../ports/queue.js'
import type { Chain } from './chain.js'
import { hintOf } from './hints.js'
import type { CachedTask, TaskCache } from './task-cache.js'
import type { Known } from './waiting-list.js'

/** Where a step stands that is enqueued now. */
export const hintTo = (task: CachedTask, node: Node, nowMs: number): Hint | undefined => {
  if (node.state.kind !== 'enqueued') return undefined
  const { attempt, enqueue } = node.state
  const { stream, version, state } = task
  const { handler } = node.definition
  const place = { stream, step: node.id, attempt, enqueue, version, handler }
  const trace = state.trace === undefined ? {} : { trace: state.trace }
  return hintOf({ ...place, ...trace, taskPriority: state.priority, since: nowMs }, nowMs)
}

/** Steps that the chain left in queues, by queue. */
export const hintsOf = (task: CachedTask, chain: Chain, nowMs: number): ReadonlyMap<string, ReadonlyArray<Hint>> => {
  const hints = new Map<string, Hint[]>()
  for (const { row } of chain.due()) {
    const node = row.kind === 'queue' ? nodeAt(task.state, row.data.step) : undefined
    const hint = node === undefined ? undefined : hintTo(task, node, nowMs)
    if (node === undefined || hint === undefined) continue
    const queue = queueIn(task.state, node)
    const known = hints.get(queue)
    if (known === undefined) hints.set(queue, [hint])
    else known.push(hint)
  }
  return hints
}

/** The same places again: the task goes on after a pause, in which hints were refused, or has another priority. */
export const areHintsOld = ({ events }: Chain): boolean =>
  events.some(({ type }) => type === 'task-resumed' || type === 'priority-changed')

export const queueIn = (state: TaskState, node: Node): string =>
  queueOf(node.definition.handler, state.template.namespace)

/** A state that is at least as new as the hint knows whether the step still stands in that place, and how urgent it is. */
export const knownIn =
  (cache: Pick<TaskCache, 'get'>): Known =>
  (hint) => {
    const task = cache.get(hint.stream)
    if (task === undefined || task.version < hint.version) return hint
    const { state } = nodeAt(task.state, hint.step)
    if (state.kind !== 'enqueued' || state.attempt !== hint.attempt || state.enqueue !== hint.enqueue) return undefined
    const { priority } = task.state
    return priority === hint.taskPriority ? hint : { ...hint, taskPriority: priority }
  }

/** The engine, as far as it is needed here. */
export interface Lookout {
  look(stream: string, see: (state: TaskState) => void, how: 'as-known'): Promise<boolean>
}

/** As far as this process knows; undefined where its state is older than the hint. */
export const handlerBehind = async (engine: Lookout, hint: Hint): Promise<string | undefined> => {
  let handler: string | undefined
  await engine.look(
    hint.stream,
    (state) => {
      handler = state.nodes[hint.step]?.definition.handler
    },
    'as-known',
  )
  return handler
}
