/**
 * The graph of a task as the log tells it: a fold over `steps-materialized`. Instances of a fan-out are counted on the
 * step that made them instead of being listed, so that sixty requests are one line.
 */
import type { EventOf, TaskEvent } from '../../src/core/event.js'
import { scopeOf } from '../../src/core/frame.js'
import type { StepDefinition, StepType } from '../../src/core/step.js'

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
}

interface Growing {
  readonly steps: Map<string, GraphStep>
}

/** The steps in an order in which each stands after all that it depends on, kept close to the order of creation. */
export const plannedGraph = (events: ReadonlyArray<TaskEvent>): ReadonlyArray<GraphStep> => {
  const graph: Growing = { steps: new Map() }
  for (const event of events) if (event.type === 'steps-materialized') grow(graph, event)
  return inOrder(graph.steps)
}

const grow = ({ steps }: Growing, event: EventOf<'steps-materialized'>): void => {
  for (const own of event.data.steps) {
    const step: StepDefinition = { ...event.data.shared, ...own }
    const maker = step.instanceOf === undefined ? undefined : steps.get(step.instanceOf)
    if (maker === undefined) steps.set(step.name, graphStep(step, event.data.by))
    else steps.set(maker.name, { ...maker, instances: maker.instances + 1, instanceHandler: step.handler })
  }
  const attach = event.data.attach
  const convergence = attach === undefined ? undefined : steps.get(attach.convergence)
  if (attach !== undefined && convergence !== undefined) {
    const dependencies = [...new Set([...convergence.dependencies, ...attach.terminals])]
    steps.set(convergence.name, { ...convergence, dependencies })
  }
}

const graphStep = (step: StepDefinition, by: string | null): GraphStep => ({
  name: step.name,
  type: step.type,
  handler: step.handler,
  phase: scopeOf(step.name),
  dependencies: step.dependencies.length === 0 && by !== null ? [by] : step.dependencies,
  instances: 0,
  instanceHandler: null,
})

/** Depth first from the steps that were created first, a step only after its last dependency. */
const inOrder = (steps: ReadonlyMap<string, GraphStep>): ReadonlyArray<GraphStep> => {
  const placed = new Set<string>()
  const order: GraphStep[] = []
  const place = (step: GraphStep): void => {
    if (placed.has(step.name)) return
    placed.add(step.name)
    for (const name of step.dependencies) {
      const dependency = steps.get(name)
      if (dependency !== undefined) place(dependency)
    }
    order.push(step)
  }
  for (const step of steps.values()) place(step)
  return order
}
