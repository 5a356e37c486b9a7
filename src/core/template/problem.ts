/**
 * What is wrong with a template: a stable code, the place by keys and indices, and a sentence that says what to change.
 * The codes are a public contract, as those of findings are.
 */
export const TEMPLATE_CODES = [
  'schema',
  'not_supported',
  'schema_not_allowed',
  'step_name',
  'reserved_name',
  'duplicate_step',
  'missing_dependency',
  'cycle',
  'unknown_handler',
  'step_type_mismatch',
  'invalid_config',
  'dangling_reference',
  'contract_mismatch',
  'host_not_allowed',
  'secret_not_allowed',
  'expression_not_allowed',
  'decision_without_descendants',
  'convergence_without_dependencies',
  'misplaced_key',
  'batch_worker_missing',
  'batch_worker_orphaned',
  'bounds_missing',
  'bounds_exceeded',
  'planning_without_convergence',
  'unknown_convergence',
  'unknown_step',
  'unknown_system',
  'unknown_method',
  'duplicate_event',
  'event_not_published',
] as const

export type TemplateCode = (typeof TEMPLATE_CODES)[number]

export interface TemplateProblem {
  readonly code: TemplateCode
  /** Keys and indices joined by dots (`steps.0.handler.callable`); empty for the whole. */
  readonly path: string
  readonly message: string
}
