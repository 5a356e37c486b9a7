/**
 * Systems outside that steps use. `system_dependencies.primary` is the one of every step that names none by its own
 * `system_dependency`; a template that declares its systems names no other.
 */
import { didYouMean } from '../near-names.js'
import type { TemplateProblem } from './problem.js'
import type { WrittenStep, WrittenTemplate } from './written.js'

export const systemOf = (step: WrittenStep, { system_dependencies: declared }: WrittenTemplate): string | undefined =>
  step.system_dependency ?? declared?.primary

export const systemProblems = ({
  system_dependencies: declared,
  steps,
}: WrittenTemplate): ReadonlyArray<TemplateProblem> => {
  if (declared === undefined) return []
  const { primary, secondary = [] } = declared
  const known = [...(primary === undefined ? [] : [primary]), ...secondary]
  return steps.flatMap(({ system_dependency: named }, index): ReadonlyArray<TemplateProblem> => {
    if (named === undefined || known.includes(named)) return []
    const message = `system_dependencies has no "${named}"${didYouMean(named, known)}`
    return [{ code: 'unknown_system', path: `steps.${index}.system_dependency`, message }]
  })
}
