/** What a template with planning steps has to state before anything may be planned, and what it states too tightly. */
import type { Bounds } from '../bounds.js'
import type { StepDefinition } from '../step.js'
import { dependantsOf, reached } from './ancestry.js'
import type { PlacedStep } from './normal-form.js'
import type { TemplateProblem } from './problem.js'

const REQUIRED = ['max_steps', 'max_depth', 'max_fan_out', 'max_phases', 'max_planner_calls'] as const

export const boundsProblems = (steps: ReadonlyArray<PlacedStep>, bounds: Bounds): ReadonlyArray<TemplateProblem> => {
  const planning = steps.filter(({ definition }) => definition.type === 'planning')
  return [
    ...missing(planning, bounds),
    ...tooTight(certain(steps), bounds),
    ...convergenceNames(steps, bounds, 'bounds'),
    ...planning.flatMap(({ definition, path }) => convergenceNames(steps, definition.bounds ?? {}, `${path}.bounds`)),
  ]
}

const missing = (planning: ReadonlyArray<PlacedStep>, bounds: Bounds): ReadonlyArray<TemplateProblem> => {
  const absent = REQUIRED.filter((bound) => bounds[bound] === undefined)
  const [first] = planning
  if (first === undefined || absent.length === 0) return []
  const message = `a template with a planning step ("${first.definition.name}") must state ${absent.join(', ')}`
  return [{ code: 'bounds_missing', path: 'bounds', message }]
}

/** The steps that every run creates: neither workers, which are patterns, nor what a decision may leave out. */
const certain = (steps: ReadonlyArray<PlacedStep>): ReadonlyArray<StepDefinition> => {
  const definitions = steps.map(({ definition }) => definition)
  const dependants = dependantsOf(definitions)
  const optional = new Set<string>()
  for (const { name, type } of definitions) {
    if (type !== 'decision' || optional.has(name)) continue
    for (const below of reached(name, (at) => dependants.get(at) ?? [])) optional.add(below)
  }
  return definitions.filter(({ name, type }) => type !== 'batch_worker' && !optional.has(name))
}

const tooTight = (steps: ReadonlyArray<StepDefinition>, bounds: Bounds): ReadonlyArray<TemplateProblem> => {
  const problems: TemplateProblem[] = []
  const check = (bound: 'max_steps' | 'max_phases', value: number, noun: string): void => {
    const limit = bounds[bound]
    if (limit === undefined || value <= limit) return
    const message = `the template alone has ${value} ${noun}, and allows ${limit}`
    problems.push({ code: 'bounds_exceeded', path: `bounds.${bound}`, message })
  }
  check('max_steps', steps.length, 'steps')
  check('max_phases', steps.filter(({ type }) => type === 'planning').length, 'planning steps')
  return problems
}

const convergenceNames = (
  steps: ReadonlyArray<PlacedStep>,
  bounds: Bounds,
  at: string,
): ReadonlyArray<TemplateProblem> => {
  const types = new Map(steps.map(({ definition }) => [definition.name, definition.type]))
  return (bounds.required_convergence ?? []).flatMap((name, index): ReadonlyArray<TemplateProblem> => {
    const type = types.get(name)
    if (type === 'deferred_convergence') return []
    const message = type === undefined ? `there is no step "${name}"` : `"${name}" is a ${type} step, no convergence`
    return [{ code: 'unknown_convergence', path: `${at}.required_convergence.${index}`, message }]
  })
}
