/** JSON Schemas that a template's author wrote, held to the limits within which they will be evaluated. */
import type { Vocabulary } from '../capability.js'
import type { JsonObject } from '../json.js'
import type { TemplateProblem } from './problem.js'
import type { WrittenTemplate } from './written.js'

export const schemaProblems = (
  written: WrittenTemplate,
  vocabulary: Vocabulary | undefined,
): ReadonlyArray<TemplateProblem> => {
  if (vocabulary === undefined) return []
  const check = (schema: JsonObject | undefined, path: string): ReadonlyArray<TemplateProblem> => {
    const fault = schema === undefined ? undefined : vocabulary.checkSchema(schema)
    if (fault === undefined) return []
    return [{ code: 'schema_not_allowed', path, message: `${fault.problem}; ${fault.remedy}` }]
  }
  return [
    ...check(written.input_schema, 'input_schema'),
    ...(written.domain_events ?? []).flatMap(({ schema }, index) => check(schema, `domain_events.${index}.schema`)),
    ...written.steps.flatMap((step, index) => [
      ...check(step.result_schema, `steps.${index}.result_schema`),
      ...(step.publishes_events ?? []).flatMap((event, at) =>
        typeof event === 'string' ? [] : check(event.schema, `steps.${index}.publishes_events.${at}.schema`),
      ),
    ]),
  ]
}
