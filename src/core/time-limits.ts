/** The limits of time that a template may state, by their own names. */

/** How long a task may stand still in each situation. */
export interface StalenessLimits {
  readonly waitingForDependenciesMs?: number
  readonly waitingForRetryMs?: number
  readonly stepsInProcessMs?: number
}

/** The limits of time by the keys of the template that state them; what `deadline-passed` names. */
export type TimeLimit =
  | 'max_duration_minutes'
  | 'max_wall_clock_seconds'
  | 'max_waiting_for_dependencies_minutes'
  | 'max_waiting_for_retry_minutes'
  | 'max_steps_in_process_minutes'
