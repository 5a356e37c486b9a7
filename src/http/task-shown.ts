/** One task as its state says, for answers: the task in short, its graph, its steps with results. */
import type * as t from 'io-ts'
import { isCreated, type Node } from '../core/graph/node.js'
import { isOver, type TaskState } from '../core/state.js'
import { statusOf } from '../core/status.js'
import { errorOf, glanceAt } from '../core/view.js'
import { createdAtMs } from '../engine/ids.js'
import type { TaskResult } from '../engine/tasks.js'
import { shaped } from './shape.js'
import { stepResult, type taskGraph, type taskResult, taskShown } from './shapes/task.js'

export const shownTask = (task: string, state: TaskState): t.TypeOf<typeof taskShown> => {
  const { template, deadLetter, parent, parentCorrelation } = state
  const { steps, newest } = glanceAt(state)
  return shaped(taskShown, {
    task,
    namespace: template.namespace,
    template: template.name,
    templateVersion: template.version,
    templateDigest: template.digest,
    status: statusOf(state),
    open: !isOver(state),
    priority: state.priority,
    version: state.version,
    createdAt: new Date(createdAtMs(task)).toISOString(),
    correlation: state.correlation,
    parentCorrelation: parentCorrelation ?? null,
    parent: parent ?? null,
    error: errorOf(state),
    deadLetter: deadLetter?.reason ?? null,
    steps,
    newestStep: newest,
    bounds: state.bounds,
    used: state.used,
    reserved: state.reserved,
  })
}

/** Every step that was declared, created or not, and every edge, attached ones too. */
export const shownGraph = (task: string, state: TaskState): t.TypeOf<typeof taskGraph> => {
  const nameOf = (id: number): string => state.nodes[id]?.definition.name ?? ''
  return {
    task,
    version: state.version,
    status: statusOf(state),
    steps: state.nodes.map(shownNode),
    edges: state.nodes.flatMap(({ definition, dependencies }) =>
      dependencies.map((from) => ({ from: nameOf(from), to: definition.name })),
    ),
  }
}

const shownNode = (node: Node) => ({
  name: node.definition.name,
  type: node.definition.type,
  handler: node.definition.handler,
  is_created: isCreated(node),
  state: node.state.kind === 'waiting' ? 'in_progress' : node.state.kind,
  settlement: node.settlement ?? null,
  attempts: node.attempt,
  created_by: node.createdBy === undefined ? null : { ...node.createdBy },
  instance_of: node.definition.instanceOf ?? null,
})

export const shownResult = ({ taskId, status, error, steps }: TaskResult): t.TypeOf<typeof taskResult> => ({
  task: taskId,
  status,
  error: error === null ? null : { ...error },
  steps: Object.entries(steps).map(([name, step]) => shaped(stepResult, { ...step, name })),
})
