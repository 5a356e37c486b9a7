/** A fan-out: one instance an item, all of them in the append that completes the step, or none. */
import type { Node } from '../graph/node.js'
import type { FannedOut } from '../outcome.js'
import { nodeAt, type TaskState } from '../state.js'
import type { StepDefinition } from '../step.js'
import { type BoundOverrun, fanOutLimit, overrunBySteps } from './bounds-left.js'
import type { Emitter } from './emit.js'
import { materialize } from './materialize.js'
import { noRoom } from './no-room.js'

export const fanOut = (
  state: TaskState,
  to: Emitter,
  node: Node,
  attempt: number,
  outcome: FannedOut,
  nowMs: number,
): void => {
  const step = node.definition.name
  const count = outcome.items.length
  const overrun = overrunBySteps(state, step, count) ?? overrunByInstances(state, node, count)
  if (overrun !== undefined) return noRoom(state, to, node, attempt, tooMany(step, count, overrun), nowMs)
  const planned = to.emit(
    'fan-out-planned',
    {
      step,
      attempt,
      instances: count,
      ...(outcome.parallelism === undefined ? {} : { parallelism: outcome.parallelism }),
    },
    node.lastEvent,
  )
  materialize(to, {
    origin: 'fan-out',
    by: step,
    decidedBy: planned,
    shared: sharedOf(step, outcome),
    // The rest of a definition is shared; what is listed of each instance is what tells it from the others.
    steps: outcome.items.map((item, index) => ({ name: `${step}[${index}]`, item }) as StepDefinition),
    causation: planned,
  })
  to.emit('step-completed', { step, attempt, result: { value: { instances: count } } }, planned)
}

const sharedOf = (step: string, outcome: FannedOut): Partial<StepDefinition> => ({
  type: 'standard',
  handler: outcome.handler,
  config: outcome.config,
  dependencies: [],
  instanceOf: step,
  ...(outcome.inputs === undefined ? {} : { inputs: outcome.inputs }),
  ...(outcome.retry === undefined ? {} : { retry: outcome.retry }),
  ...(outcome.timeoutMs === undefined ? {} : { timeoutMs: outcome.timeoutMs }),
})

/** `max_fan_out` counts the instances that one step may lead to, those of its instances included. */
export const overrunByInstances = (state: TaskState, node: Node, count: number): BoundOverrun | undefined => {
  const limit = fanOutLimit(state, node.definition.name)
  if (limit === undefined) return undefined
  let root = node
  while (root.parent !== undefined) root = nodeAt(state, root.parent)
  const value = instancesBelow(state, root) + count
  return value > limit ? { bound: 'max_fan_out', limit, value } : undefined
}

const instancesBelow = (state: TaskState, node: Node): number => {
  let count = 0
  for (const id of node.group?.instances ?? []) count += 1 + instancesBelow(state, nodeAt(state, id))
  return count
}

const tooMany = (step: string, count: number, { bound, limit, value }: BoundOverrun) => ({
  code: 'bounds_exceeded',
  message: `${step} leads to ${count} more steps, which makes ${bound} ${value} where ${limit} are allowed`,
  details: { bound, limit, value },
})
