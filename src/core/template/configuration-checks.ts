/**
 * Configurations of a template's steps, held against their handlers by the same checks that a fragment passes. What an
 * author states about hosts and secrets binds these steps too; where nothing is stated, the author's own word is enough.
 */
import type { Bounds } from '../bounds.js'
import type { Vocabulary } from '../capability.js'
import type { Finding } from '../finding.js'
import { isListed } from '../host.js'
import { configurationFindings } from '../validation/configuration.js'
import { expressionFindings } from '../validation/expressions.js'
import { capabilityOf } from '../validation/handler-names.js'
import { hostFindings } from '../validation/hosts.js'
import type { Limits } from '../validation/limits-of.js'
import { secretFindings } from '../validation/secrets.js'
import { type Unit, unitsOf } from '../validation/units.js'
import type { PlacedStep } from './normal-form.js'
import type { TemplateProblem } from './problem.js'

export interface StepUnits extends PlacedStep {
  readonly units: ReadonlyArray<Unit>
}

/** The parts of each step in which references may stand. */
export const withUnits = (steps: ReadonlyArray<PlacedStep>, vocabulary: Vocabulary): ReadonlyArray<StepUnits> =>
  steps.map((step) => {
    const { config = {}, inputs = {}, handler, type } = step.definition
    const capability = vocabulary.capabilities.get(handler)
    return {
      ...step,
      units: unitsOf({ readable: true, place: step.path, config, inputs }, capability, type, vocabulary),
    }
  })

export const configurationProblems = (
  steps: ReadonlyArray<StepUnits>,
  vocabulary: Vocabulary,
  bounds: Bounds,
): ReadonlyArray<TemplateProblem> => {
  const { allowed_hosts: hosts, allowed_secrets: secrets } = bounds
  const limits: Limits = {
    given: bounds,
    bounds,
    secondsLeft: undefined,
    allowsHandler: () => true,
    allowsHost: (target) => hosts === undefined || isListed(target, hosts),
    allowsSecret: (name) => secrets === undefined || secrets.includes(name),
    hosts: hosts ?? [],
    secrets: secrets ?? [],
  }
  return [
    ...configurationFindings({ steps }),
    ...nestedHandlers(steps, vocabulary),
    ...expressionFindings({ steps, vocabulary }),
    ...hostFindings({ steps, limits }),
    ...secretFindings({ steps, limits }),
  ].map(problemOf)
}

/** What a fan-out runs is a handler too. */
const nestedHandlers = (steps: ReadonlyArray<StepUnits>, vocabulary: Vocabulary): ReadonlyArray<Finding> =>
  steps.flatMap(({ units }) =>
    units.flatMap(({ handler }): ReadonlyArray<Finding> => {
      if (handler === undefined || capabilityOf(vocabulary, handler.name) !== undefined) return []
      return [{ code: 'unknown_handler', path: handler.place, message: `there is no handler "${handler.name}"` }]
    }),
  )

/** A fragment's `config` is a template's `handler.initialization`, and a compensation's `initialization`. */
export const authoredPath = (path: string): string =>
  path
    .replace(/^(steps\.\d+)\.config(?=\.|$)/, '$1.handler.initialization')
    .replace(/^(steps\.\d+\.on_(?:failure|cancel))\.config(?=\.|$)/, '$1.initialization')

const CODES = [
  'unknown_handler',
  'host_not_allowed',
  'secret_not_allowed',
  'expression_not_allowed',
  'contract_mismatch',
] as const

export const problemOf = ({ code, path, message }: Finding): TemplateProblem => ({
  code: CODES.find((known) => known === code) ?? 'invalid_config',
  path: authoredPath(path),
  message,
})
