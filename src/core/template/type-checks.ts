/** What each type of step needs from the graph around it: descendants, dependencies, workers, a convergence. */
import { CATALOG_PREFIX, type StepDefinition } from '../step.js'
import { dependantsOf, reached } from './ancestry.js'
import type { PlacedStep } from './normal-form.js'
import type { TemplateProblem } from './problem.js'

type Graph = {
  readonly steps: ReadonlyArray<PlacedStep>
  readonly byName: ReadonlyMap<string, StepDefinition>
  readonly dependants: ReadonlyMap<string, ReadonlyArray<string>>
}

export const typeProblems = (steps: ReadonlyArray<PlacedStep>): ReadonlyArray<TemplateProblem> => {
  const definitions = steps.map(({ definition }) => definition)
  const byName = new Map(definitions.map((definition) => [definition.name, definition]))
  const graph: Graph = { steps, byName, dependants: dependantsOf(definitions) }
  return steps.flatMap((step) => [...needs(step, graph), ...misplacedKeys(step)])
}

const needs = (step: PlacedStep, graph: Graph): ReadonlyArray<TemplateProblem> => {
  switch (step.definition.type) {
    case 'decision':
      return decisionNeeds(step, graph)
    case 'planning':
      return planningNeeds(step, graph)
    case 'deferred_convergence':
      return convergenceNeeds(step)
    case 'batchable':
      return batchableNeeds(step, graph)
    case 'batch_worker':
      return workerNeeds(step, graph)
    case 'standard':
    case 'gate':
      return []
  }
}

const decisionNeeds = ({ definition, path }: PlacedStep, graph: Graph): ReadonlyArray<TemplateProblem> => {
  if ((graph.dependants.get(definition.name) ?? []).some((name) => name !== definition.name)) return []
  const message = `nothing depends on "${definition.name}", so there is nothing that it could decide about`
  return [{ code: 'decision_without_descendants', path: `${path}.name`, message }]
}

/** A fragment attaches to the nearest convergence below its planning step, and never past a gate or another planning. */
const planningNeeds = ({ definition, path }: PlacedStep, graph: Graph): ReadonlyArray<TemplateProblem> => {
  const stops = (name: string): boolean => {
    const type = graph.byName.get(name)?.type
    return type === 'gate' || type === 'planning' || type === 'deferred_convergence'
  }
  const below = reached(
    definition.name,
    (name) => graph.dependants.get(name) ?? [],
    (name) => !stops(name),
  )
  if ([...below].some((name) => graph.byName.get(name)?.type === 'deferred_convergence')) return []
  const message = `"${definition.name}" needs a deferred_convergence below it, with no gate and no planning step between, to which its fragment can attach`
  return [{ code: 'planning_without_convergence', path: `${path}.name`, message }]
}

const convergenceNeeds = ({ definition, path }: PlacedStep): ReadonlyArray<TemplateProblem> => {
  if (definition.dependencies.length > 0) return []
  const message = `"${definition.name}" declares no dependencies, so there is nothing that it could wait for`
  return [{ code: 'convergence_without_dependencies', path: `${path}.name`, message }]
}

const batchableNeeds = (step: PlacedStep, graph: Graph): ReadonlyArray<TemplateProblem> => {
  const { definition, path, written } = step
  const template = definition.batch?.workerTemplate
  const at =
    written.batch_config?.worker_template === undefined ? `${path}.name` : `${path}.batch_config.worker_template`
  const problem = (message: string): ReadonlyArray<TemplateProblem> => [
    { code: 'batch_worker_missing', path: at, message },
  ]
  if (template === undefined) {
    return problem(`"${definition.name}" is batchable, but no step of type batch_worker depends on it`)
  }
  const worker = graph.byName.get(template)
  if (worker === undefined) return problem(`there is no step "${template}"`)
  if (worker.type !== 'batch_worker') return problem(`"${template}" is a ${worker.type} step; make it a batch_worker`)
  if (worker.dependencies.includes(definition.name)) return []
  return problem(`its worker "${template}" must depend on "${definition.name}"`)
}

const workerNeeds = ({ definition, path }: PlacedStep, graph: Graph): ReadonlyArray<TemplateProblem> => {
  const owners = graph.steps.filter(
    ({ definition: other }) => other.type === 'batchable' && other.batch?.workerTemplate === definition.name,
  )
  if (owners.length === 1) return []
  const message =
    owners.length === 0
      ? `no batchable step creates instances of "${definition.name}"; it must depend on one`
      : `"${definition.name}" is the worker of ${owners.map((owner) => owner.definition.name).join(' and ')}; give each its own`
  return [{ code: 'batch_worker_orphaned', path: `${path}.name`, message }]
}

/** They settle after their attempt has ended, with what people, a planner or their instances came to. */
const HAS_ITS_OWN_RESULT: ReadonlyArray<string> = ['gate', 'plan', 'fan_out', 'wait'].map(
  (name) => CATALOG_PREFIX + name,
)

const misplacedKeys = ({ definition, written, path }: PlacedStep): ReadonlyArray<TemplateProblem> => {
  const { type } = definition
  const misplaced = (key: string, belongs: string): TemplateProblem => ({
    code: 'misplaced_key',
    path: `${path}.${key}`,
    message: `has a meaning on ${belongs} only, and "${definition.name}" is ${type}`,
  })
  const problems: TemplateProblem[] = []
  if (type !== 'deferred_convergence') {
    for (const key of ['requires', 'tolerate_failures', 'on_empty'] as const) {
      if (written[key] !== undefined) problems.push(misplaced(key, 'a deferred_convergence step'))
    }
  }
  if (type !== 'batchable' && type !== 'batch_worker' && written.batch_config !== undefined) {
    problems.push(misplaced('batch_config', 'a batchable or batch_worker step'))
  }
  if (written.result_schema !== undefined && HAS_ITS_OWN_RESULT.includes(definition.handler)) {
    const message = `the result of ${definition.handler} has a form of its own, which no schema can change`
    problems.push({ code: 'misplaced_key', path: `${path}.result_schema`, message })
  }
  if (type !== 'planning' && written.bounds !== undefined) problems.push(misplaced('bounds', 'a planning step'))
  return problems
}
