/** Limits of a step: a key whose limit the operator sets, and where in the input stands what it counts by. */
import { parseSimplePath } from '../simple-path.js'
import type { PlacedStep } from './normal-form.js'
import type { TemplateProblem } from './problem.js'

export const limitProblems = (steps: ReadonlyArray<PlacedStep>): ReadonlyArray<TemplateProblem> =>
  steps.flatMap(({ definition, path }): ReadonlyArray<TemplateProblem> => {
    const { limitKey, limitPer } = definition
    if (limitPer === undefined) return []
    if (limitKey === undefined) {
      const message = 'counts by a value and names no limit; state the limit_key too'
      return [{ code: 'misplaced_key', path: `${path}.limit_per`, message }]
    }
    if (parseSimplePath(limitPer) !== undefined) return []
    const message = `"${limitPer}" must be a plain path into the input, such as customer.id`
    return [{ code: 'schema', path: `${path}.limit_per`, message }]
  })
