/**
 * Bounds: what a task, a phase or a fragment may use. An absent bound does not limit. The same snake_case names stand
 * in templates, fragments, findings and events, so that a person reads one word everywhere.
 */
export interface Bounds {
  /** Steps of the whole task, the frame's and every instance included. */
  readonly max_steps?: number
  /** Steps on the longest path of one fragment. */
  readonly max_depth?: number
  /** Instances that one step may lead to (multiplied through nesting), and a step's direct dependants. */
  readonly max_fan_out?: number
  /** Planning steps created, the frame's included. */
  readonly max_phases?: number
  readonly max_planner_calls?: number
  /** Input and output tokens together. */
  readonly max_tokens?: number
  readonly max_cost_usd?: number
  readonly max_wall_clock_seconds?: number
  readonly required_convergence?: ReadonlyArray<string>
  readonly allowed_handlers?: ReadonlyArray<string>
  /** Exact host names, each with an optional port; none listed, none allowed. */
  readonly allowed_hosts?: ReadonlyArray<string>
  readonly allowed_secrets?: ReadonlyArray<string>
}

/** What a task has used of its bounds, or has promised to a call or an approval that is under way. */
export interface Usage {
  readonly steps: number
  readonly phases: number
  readonly plannerCalls: number
  readonly tokens: number
  readonly costUsd: number
}

export const NOTHING_USED: Usage = { steps: 0, phases: 0, plannerCalls: 0, tokens: 0, costUsd: 0 }

export const subtractUsage = (left: Usage, right: Usage): Usage => ({
  steps: left.steps - right.steps,
  phases: left.phases - right.phases,
  plannerCalls: left.plannerCalls - right.plannerCalls,
  tokens: left.tokens - right.tokens,
  costUsd: left.costUsd - right.costUsd,
})

export const addUsage = (left: Usage, right: Usage): Usage => ({
  steps: left.steps + right.steps,
  phases: left.phases + right.phases,
  plannerCalls: left.plannerCalls + right.plannerCalls,
  tokens: left.tokens + right.tokens,
  costUsd: left.costUsd + right.costUsd,
})
