/** What the library refuses, as HTTP says it: one table from code to status. */
import { TaskRefused } from '../engine/task-refused.js'
import { TemplateInvalid } from '../templates/registry.js'
import { HttpProblem } from './problem.js'

const NOT_FOUND = 404
const CONFLICT = 409
const REFUSED = 422
const UNAVAILABLE = 503

/** A code that is not here and comes from the library is a 422. */
export const REFUSAL_STATUS: Readonly<Record<string, number>> = {
  task_unknown: NOT_FOUND,
  step_unknown: NOT_FOUND,
  template_unknown: NOT_FOUND,
  schedule_unknown: NOT_FOUND,
  key_unknown: NOT_FOUND,
  projection_unknown: NOT_FOUND,
  projection_absent: NOT_FOUND,
  subscription_unknown: NOT_FOUND,
  version_unknown: NOT_FOUND,
  no_dead_letter: NOT_FOUND,
  unknown_handler: NOT_FOUND,
  metrics_off: NOT_FOUND,
  cursor_invalid: 400,
  namespace_required: 400,
  invalid_last_event_id: 400,
  invalid_idempotency_key: 400,
  idempotency_key_reused: REFUSED,
  subscription_option_invalid: 400,
  filter_invalid: 400,
  filter_empty: 400,
  idempotency_key_missing: 400,
  not_in_group: 403,
  namespace_forbidden: 403,
  task_exists: CONFLICT,
  task_closed: CONFLICT,
  task_paused: CONFLICT,
  task_not_paused: CONFLICT,
  task_not_blocked: CONFLICT,
  not_waiting: CONFLICT,
  no_proposal: CONFLICT,
  step_in_progress: CONFLICT,
  step_settled: CONFLICT,
  step_not_settled: CONFLICT,
  already_converged: CONFLICT,
  not_resettable: CONFLICT,
  gate_not_open: CONFLICT,
  gate_needs_plan: CONFLICT,
  gate_changed: CONFLICT,
  already_voted: CONFLICT,
  inside_decision: CONFLICT,
  nothing_planned: CONFLICT,
  schedule_exists: CONFLICT,
  key_exists: CONFLICT,
  schedule_paused: CONFLICT,
  schedule_not_paused: CONFLICT,
  template_version_exists: CONFLICT,
  rebuild_under_way: CONFLICT,
  rebuild_cancelled: CONFLICT,
  rebuild_failed: CONFLICT,
  no_rebuild: CONFLICT,
  subscription_differs: CONFLICT,
  subscription_removed: CONFLICT,
  bounds_exceeded: REFUSED,
  decision_invalid: REFUSED,
  fork_too_large: REFUSED,
  invalid_input: REFUSED,
  invalid_priority: REFUSED,
  invalid_run_at: REFUSED,
  invalid_schedule_name: REFUSED,
  invalid_key_name: REFUSED,
  invalid_scope: REFUSED,
  invalid_namespace: REFUSED,
  invalid_expiry: REFUSED,
  invalid_cron: REFUSED,
  invalid_timezone: REFUSED,
  result_schema_violated: REFUSED,
  template_version_invalid: REFUSED,
  template_invalid: REFUSED,
  unknown_step: REFUSED,
  no_planning_step: REFUSED,
  event_too_large: 413,
  projection_behind: UNAVAILABLE,
  too_many_streams: UNAVAILABLE,
  log_unreachable: UNAVAILABLE,
  log_refused: UNAVAILABLE,
  queue_unreachable: UNAVAILABLE,
  database_unreachable: UNAVAILABLE,
}

/** The error as a problem, or undefined where it is a fault of ours. */
export const problemOf = (error: unknown): HttpProblem | undefined => {
  if (error instanceof HttpProblem) return error
  if (error instanceof TemplateInvalid) {
    const count = error.problems.length
    return new HttpProblem({
      status: REFUSED,
      code: error.code,
      detail: count === 1 ? error.message : `the template has ${count} problems`,
      errors: error.problems.map(({ path, message, code }) => ({ path, message, code })),
    })
  }
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  const { code, message: detail } = error
  const known = Object.hasOwn(REFUSAL_STATUS, code) ? REFUSAL_STATUS[code] : undefined
  const status = known ?? (error instanceof TaskRefused ? REFUSED : undefined)
  return status === undefined ? undefined : new HttpProblem({ status, code, detail, ...faultsOf(error) })
}

/** What a schema has against an input, each with its path. */
const faultsOf = (error: Error): { readonly errors?: ReadonlyArray<{ path: string; message: string }> } => {
  if (!(error instanceof TaskRefused) || !Array.isArray(error.details)) return {}
  const errors = error.details.flatMap((detail: unknown) =>
    typeof detail === 'object' && detail !== null && 'path' in detail && 'message' in detail
      ? [{ path: String(detail.path), message: String(detail.message) }]
      : [],
  )
  return errors.length === 0 ? {} : { errors }
}
