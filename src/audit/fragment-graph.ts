/**
 * A fragment as a graph, between the step that planned it and the convergence that it leads to. It is read as it is written
 * and may be anything: what cannot be drawn is left out.
 */
import { isJsonObject, type JsonObject } from '../core/json.js'
import { CATALOG_PREFIX, type StepType } from '../core/step.js'
import { STEP_TYPES } from '../core/template/step-keys.js'
import { type GraphStep, inOrder } from './planned-graph.js'

export const fragmentGraph = (fragment: JsonObject, planningStep: string): ReadonlyArray<GraphStep> => {
  const steps = Array.isArray(fragment.steps) ? fragment.steps.filter(isJsonObject) : []
  const named = new Set(steps.map(({ name }) => String(name)))
  const proposed = steps.map((step): GraphStep => {
    const dependencies = textsIn(step.dependencies).filter((name) => named.has(name))
    const of = { name: String(step.name), handler: String(step.handler), type: typeOf(step), phase: planningStep }
    return drawn({ ...of, dependencies: dependencies.length === 0 ? [planningStep] : dependencies })
  })
  const ends = proposed.filter(({ name }) => !proposed.some(({ dependencies }) => dependencies.includes(name)))
  const { convergence } = fragment
  const graph = [
    drawn({ name: planningStep, type: 'planning', handler: 'catalog:plan', phase: '', dependencies: [] }),
    ...proposed,
    ...(typeof convergence === 'string'
      ? [
          drawn({
            name: convergence,
            type: 'deferred_convergence',
            handler: '',
            phase: '',
            dependencies: ends.map(({ name }) => name),
          }),
        ]
      : []),
  ]
  return inOrder(new Map(graph.map((step) => [step.name, step])))
}

const drawn = (step: Pick<GraphStep, 'name' | 'type' | 'handler' | 'phase' | 'dependencies'>): GraphStep => ({
  ...step,
  instances: 0,
  instanceHandler: null,
  standing: '',
})

const textsIn = (value: unknown): ReadonlyArray<string> =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []

/** Where a fragment says nothing, the handler says it. */
const typeOf = ({ step_type: written, handler }: JsonObject): StepType => {
  const known = STEP_TYPES.find((type) => type === written)
  if (known !== undefined) return known
  switch (String(handler).replace(CATALOG_PREFIX, '')) {
    case 'gate':
      return 'gate'
    case 'plan':
      return 'planning'
    case 'decide':
      return 'decision'
    default:
      return 'standard'
  }
}
