/**
 * The graph of a task as the fold knows it: the steps that exist, with what they depend on and where they stand.
 * Instances of a fan-out or a batch are counted on the step that made them instead of being listed, so that sixty
 * requests are one line.
 */
import type { TaskEvent } from '../core/event.js'
import { scopeOf } from '../core/frame.js'
import { isCreated, isWorkerTemplate, type Node } from '../core/graph/node.js'
import { nodeAt, type TaskState } from '../core/state.js'
import type { StepType } from '../core/step.js'
import { foldOf } from './told-task.js'

export interface GraphStep {
  readonly name: string
  readonly type: StepType
  readonly handler: string
  /** The planning step in whose fragment this step stands; empty for a step of the template. */
  readonly phase: string
  /** Declared and attached dependencies, and the creating step where nothing else precedes this one. */
  readonly dependencies: ReadonlyArray<string>
  readonly instances: number
  /** What the instances run, where there are any. */
  readonly instanceHandler: string | null
  /** Where it stands, in a word or two; with its instances counted by where they stand. */
  readonly standing: string
}

/** The graph that these events come to. */
export const plannedGraph = (events: ReadonlyArray<TaskEvent>): ReadonlyArray<GraphStep> => graphOf(foldOf(events))

/** The steps in an order in which each stands after all that it depends on, kept close to the order of declaration. */
export const graphOf = (state: TaskState): ReadonlyArray<GraphStep> => {
  const steps = new Map<string, GraphStep>()
  for (const node of state.nodes) {
    if (node.parent === undefined && isThere(node)) steps.set(node.definition.name, graphStep(state, node))
  }
  return inOrder(steps)
}

/** The pattern of a batch is never created, but its workers are drawn where it stands. */
const isThere = (node: Node): boolean => isCreated(node) || (isWorkerTemplate(node) && node.group !== undefined)

const graphStep = (state: TaskState, node: Node): GraphStep => {
  const { name, type, handler } = node.definition
  const dependencies = node.dependencies.map((id) => nodeAt(state, id).definition.name)
  const by = node.createdBy?.step
  const instances = node.group === undefined ? [] : instancesBelow(state, node)
  return {
    name,
    type,
    handler,
    phase: scopeOf(name),
    dependencies: dependencies.length === 0 && by !== undefined && by !== null ? [by] : dependencies,
    instances: instances.length,
    instanceHandler: instances[0]?.definition.handler ?? null,
    standing: instances.length === 0 ? standingOf(node) : standingsOf(node, instances),
  }
}

const instancesBelow = (state: TaskState, node: Node): ReadonlyArray<Node> => {
  const found: Node[] = []
  const stack = [...(node.group?.instances ?? [])].reverse()
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    const instance = nodeAt(state, id)
    found.push(instance)
    stack.push(...(instance.group?.instances ?? []).toReversed())
  }
  return found
}

const standingOf = ({ state, settlement, open }: Node): string => {
  if (state.kind === 'waiting') return 'in_progress'
  if (state.kind !== 'pending') return state.kind
  if (settlement === 'failed') return 'never runs'
  if (settlement !== undefined) return settlement
  return open === 0 ? 'ready' : 'pending'
}

const standingsOf = (node: Node, instances: ReadonlyArray<Node>): string => {
  const counts = new Map<string, number>()
  for (const instance of instances) counts.set(standingOf(instance), (counts.get(standingOf(instance)) ?? 0) + 1)
  const counted = [...counts].map(([standing, count]) => `${count} ${standing}`).join(', ')
  return isWorkerTemplate(node) ? counted : `${standingOf(node)}; ${counted}`
}

/** Depth first from the steps that were declared first, a step only after its last dependency. */
export const inOrder = (steps: ReadonlyMap<string, GraphStep>): ReadonlyArray<GraphStep> => {
  const placed = new Set<string>()
  const order: GraphStep[] = []
  const begun: Array<{ readonly step: GraphStep; next: number }> = []
  const begin = (step: GraphStep | undefined): void => {
    if (step === undefined || placed.has(step.name)) return
    placed.add(step.name)
    begun.push({ step, next: 0 })
  }
  for (const first of steps.values()) {
    begin(first)
    for (let top = begun.at(-1); top !== undefined; top = begun.at(-1)) {
      const dependency = top.step.dependencies[top.next]
      top.next += 1
      if (dependency !== undefined) begin(steps.get(dependency))
      else {
        order.push(top.step)
        begun.pop()
      }
    }
  }
  return order
}
