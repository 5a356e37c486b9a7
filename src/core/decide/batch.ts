/**
 * A batchable step's outcome: one worker a cursor, made after the pattern that the template declares. Where there is
 * nothing to do, one worker stands in that has done it already, so that whoever waits for the batch finds a branch.
 */

import { resolveName, scopeOf } from '../frame.js'
import { isWorkerTemplate, type Node } from '../graph/node.js'
import type { Batched } from '../outcome.js'
import { nodeAt, type TaskState } from '../state.js'
import type { StepDefinition } from '../step.js'
import { overrunBySteps } from './bounds-left.js'
import type { Emitter } from './emit.js'
import { failStep } from './fail.js'
import { overrunByInstances } from './fan-out.js'
import { materialize } from './materialize.js'
import { noRoom } from './no-room.js'

export const batch = (
  state: TaskState,
  to: Emitter,
  node: Node,
  attempt: number,
  outcome: Batched,
  nowMs: number,
): void => {
  const step = node.definition.name
  const pattern = patternOf(state, node, outcome.workerTemplate)
  if (pattern === undefined) {
    const message = `"${outcome.workerTemplate}" is no batch worker that depends on "${step}"`
    return failStep(to, node, attempt, 'refused_decision', { code: 'unknown_worker_template', message })
  }
  const { parallelism, failureStrategy } = outcome.policy
  const cursors = outcome.cursors.length === 0 ? [NOTHING_TO_DO] : outcome.cursors
  const overrun = overrunBySteps(state, step, cursors.length) ?? overrunByInstances(state, node, cursors.length)
  if (overrun !== undefined) {
    const { bound, limit, value } = overrun
    const message = `${step} plans ${outcome.cursors.length} workers, which makes ${bound} ${value} where ${limit} are allowed`
    const error = { code: 'bounds_exceeded', message, details: { bound, limit, value } }
    return noRoom(state, to, node, attempt, error, nowMs)
  }
  const planned = to.emit(
    'batches-planned',
    {
      step,
      attempt,
      workerTemplate: pattern.definition.name,
      workers: outcome.cursors.length,
      totalItems: outcome.totalItems,
      ...(parallelism === undefined ? {} : { parallelism }),
      ...(failureStrategy === undefined ? {} : { failureStrategy }),
    },
    node.lastEvent,
  )
  const { name, dependencies: _, ...shared } = pattern.definition
  materialize(to, {
    origin: 'batch',
    by: step,
    decidedBy: planned,
    shared: { ...shared, dependencies: [], instanceOf: name },
    steps: cursors.map(({ id, cursor }) => ({ name: `${name}_${id}`, item: cursor }) as StepDefinition),
    causation: planned,
  })
  if (outcome.cursors.length === 0) {
    const done = { value: { is_no_op: true, items_processed: 0 } }
    to.emit('step-completed', { step: `${name}_${NOTHING_TO_DO.id}`, attempt: 0, result: done }, planned)
  }
  to.emit(
    'step-completed',
    { step, attempt, result: { value: { workers: outcome.cursors.length, total_items: outcome.totalItems } } },
    planned,
  )
}

/** Tasker Core's no-op worker. It is completed where it is created; no worker is asked to do nothing. */
const NOTHING_TO_DO = { id: '000', cursor: { batch_id: '000', is_no_op: true } }

const patternOf = (state: TaskState, node: Node, written: string): Node | undefined => {
  const name = resolveName(scopeOf(node.definition.name), written, (full) => state.byName.has(full))
  const id = name === undefined ? undefined : state.byName.get(name)
  const pattern = id === undefined ? undefined : nodeAt(state, id)
  return pattern !== undefined && isWorkerTemplate(pattern) && pattern.dependencies.includes(node.id)
    ? pattern
    : undefined
}
