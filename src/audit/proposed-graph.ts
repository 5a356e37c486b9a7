/** The graph that a plan would come to, of which nothing exists yet: as a graph of a task is drawn, frame included. */
import type { MaterializablePlan } from '../core/validation/validate-fragment.js'
import type { GraphStep } from './planned-graph.js'

/** `planningStep` is where the plan goes in. Steps that depend on nothing of the plan hang on it. */
export const proposedGraph = (
  { graph, convergence }: Pick<MaterializablePlan, 'graph' | 'convergence'>,
  planningStep: string,
): ReadonlyArray<GraphStep> => {
  const leadingTo = (name: string): ReadonlyArray<string> =>
    graph.edges.filter(({ to }) => to === name).map(({ from }) => from)
  const drawn = (step: Pick<GraphStep, 'name' | 'type' | 'handler' | 'phase' | 'dependencies'>): GraphStep => ({
    ...step,
    instances: 0,
    instanceHandler: null,
    standing: '',
  })
  return [
    drawn({ name: planningStep, type: 'planning', handler: 'catalog:plan', phase: '', dependencies: [] }),
    ...graph.steps.map(({ name, handler, step_type: type }) => {
      const dependencies = leadingTo(name)
      return drawn({
        ...{ name, handler, type, phase: planningStep },
        dependencies: dependencies.length === 0 ? [planningStep] : dependencies,
      })
    }),
    ...(convergence === null
      ? []
      : [
          drawn({
            name: convergence,
            type: 'deferred_convergence',
            handler: '',
            phase: '',
            dependencies: leadingTo(convergence),
          }),
        ]),
  ]
}
