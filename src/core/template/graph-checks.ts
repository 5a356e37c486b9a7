/** What is wrong with the names of a template's steps and with the edges between them. */
import * as E from 'fp-ts/lib/Either.js'
import { RESERVED_NAMES, STEP_NAME } from '../limits.js'
import { didYouMean } from '../near-names.js'
import type { PlacedStep } from './normal-form.js'
import { inOrder } from './order.js'
import type { TemplateProblem } from './problem.js'

export const graphProblems = (steps: ReadonlyArray<PlacedStep>): ReadonlyArray<TemplateProblem> => [
  ...nameProblems(steps),
  ...dependencyProblems(steps),
  ...cycleProblems(steps),
]

const nameProblems = (steps: ReadonlyArray<PlacedStep>): ReadonlyArray<TemplateProblem> => {
  const problems: TemplateProblem[] = []
  const first = new Map<string, string>()
  for (const { definition, path: at } of steps) {
    const { name } = definition
    const path = `${at}.name`
    const earlier = first.get(name)
    if (!STEP_NAME.test(name)) {
      const message = `"${name}" must be lower-case letters, digits and _, beginning with a letter, 63 at most`
      problems.push({ code: 'step_name', path, message })
    } else if (RESERVED_NAMES.includes(name)) {
      problems.push({ code: 'reserved_name', path, message: `"${name}" is a word of references; choose another name` })
    }
    if (earlier === undefined) first.set(name, at)
    else problems.push({ code: 'duplicate_step', path, message: `"${name}" is already the name of ${earlier}` })
  }
  return problems
}

const dependencyProblems = (steps: ReadonlyArray<PlacedStep>): ReadonlyArray<TemplateProblem> => {
  const names = new Set(steps.map(({ definition }) => definition.name))
  return steps.flatMap(({ definition, written, path, dependenciesPath }) => {
    const problems: TemplateProblem[] = []
    if (written.dependencies !== undefined && written.depends_on !== undefined) {
      const message = 'depends_on is another word for dependencies; keep one of them'
      problems.push({ code: 'schema', path: `${path}.depends_on`, message })
    }
    if (written.type !== undefined && written.step_type !== undefined) {
      const message = 'step_type is another word for type; keep one of them'
      problems.push({ code: 'schema', path: `${path}.step_type`, message })
    }
    for (const [index, dependency] of definition.dependencies.entries()) {
      const at = `${dependenciesPath}.${index}`
      if (!names.has(dependency)) {
        const message = `there is no step "${dependency}"${didYouMean(dependency, names)}`
        problems.push({ code: 'missing_dependency', path: at, message })
      } else if (definition.dependencies.indexOf(dependency) !== index) {
        problems.push({ code: 'schema', path: at, message: `"${dependency}" is listed twice` })
      }
    }
    return problems
  })
}

const cycleProblems = (steps: ReadonlyArray<PlacedStep>): ReadonlyArray<TemplateProblem> => {
  const problems: TemplateProblem[] = []
  for (const { definition, dependenciesPath } of steps) {
    const index = definition.dependencies.indexOf(definition.name)
    if (index === -1) continue
    const message = `"${definition.name}" depends on itself`
    problems.push({ code: 'cycle', path: `${dependenciesPath}.${index}`, message })
  }
  const withoutSelf = steps.map(({ definition }) => ({
    name: definition.name,
    dependencies: definition.dependencies.filter((dependency) => dependency !== definition.name),
  }))
  const order = inOrder(withoutSelf)
  if (E.isRight(order)) return problems
  const [first = ''] = order.left
  const entry = steps.find(({ definition }) => definition.name === first)
  const path = entry?.dependenciesPath ?? 'steps'
  const message = `these steps wait for each other: ${[...order.left, first].join(' → ')}; take one of the dependencies out`
  return [...problems, { code: 'cycle', path, message }]
}
