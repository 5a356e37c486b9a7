/** A task's input against the schema that its template states, before the task exists. */
import * as E from 'fp-ts/lib/Either.js'
import type { Json } from '../core/json.js'
import type { Template } from '../core/template.js'
import type { Expressions } from '../ports/expressions.js'

export interface InputProblem {
  /** `invalid_input`, or the fault of the schema itself (`schema_invalid`, `expression_timeout`, …). */
  readonly code: string
  /** Keys and indices joined by dots; empty for the whole. */
  readonly path: string
  readonly message: string
}

/** All that the schema has against the input; none where the template states no schema. */
export const inputProblems = async (
  template: Template,
  input: Json,
  expressions: Pick<Expressions, 'validateEach'>,
): Promise<ReadonlyArray<InputProblem>> => {
  if (template.inputSchema === undefined) return []
  const faults = await expressions.validateEach(template.inputSchema, [input])
  if (E.isLeft(faults)) {
    const message = `the template's input_schema cannot be applied: ${faults.left.message}`
    return [{ code: faults.left.code, path: '', message }]
  }
  const [ofInput = []] = faults.right
  return ofInput.map(({ path, message }) => ({ code: 'invalid_input', path, message }))
}
