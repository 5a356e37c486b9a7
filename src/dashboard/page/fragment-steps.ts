/** A fragment's steps as they are pictured, between the step that planned them and the convergence that they lead to. */
import { isJsonObject, type JsonObject } from '../../core/json.js'
import type { StepType } from '../../core/step.js'
import type { PicturedStep } from './steps-picture.js'

const TYPES: ReadonlyArray<StepType> = [
  'standard',
  'decision',
  'deferred_convergence',
  'batchable',
  'batch_worker',
  'planning',
  'gate',
]

/** What was accepted is a fragment, but anything may be asked to be drawn: what cannot be is left out. */
export const fragmentSteps = (fragment: JsonObject, planningStep: string): ReadonlyArray<PicturedStep> => {
  const steps = Array.isArray(fragment.steps) ? fragment.steps.filter(isJsonObject) : []
  const named = new Set(steps.map(({ name }) => String(name)))
  const proposed = steps.map((step): PicturedStep => {
    const dependencies = textsIn(step.dependencies).filter((name) => named.has(name))
    return {
      name: String(step.name),
      handler: String(step.handler),
      type: typeOf(step),
      dependencies: dependencies.length === 0 ? [planningStep] : dependencies,
      isProposed: true,
    }
  })
  const ends = proposed.filter(({ name }) => !proposed.some(({ dependencies }) => dependencies.includes(name)))
  const dependencies = ends.map(({ name }) => name)
  const { convergence } = fragment
  return [
    { name: planningStep, type: 'planning', handler: 'catalog:plan', dependencies: [] },
    ...proposed,
    ...(typeof convergence === 'string'
      ? [{ name: convergence, type: 'deferred_convergence', handler: 'convergence', dependencies } as const]
      : []),
  ]
}

const textsIn = (value: unknown): ReadonlyArray<string> =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []

/** Where a fragment says nothing, the handler says it. */
const typeOf = ({ step_type: written, handler }: JsonObject): StepType => {
  const known = TYPES.find((type) => type === written)
  if (known !== undefined) return known
  if (handler === 'gate' || handler === 'catalog:gate') return 'gate'
  if (handler === 'plan' || handler === 'catalog:plan') return 'planning'
  return handler === 'decide' || handler === 'catalog:decide' ? 'decision' : 'standard'
}
