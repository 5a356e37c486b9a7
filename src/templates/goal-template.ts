/**
 * A template made of a sentence: one planning step whose plan people approve, and one convergence that collects what the
 * last planned steps return. Everything between is the planner's; the bounds are stated, like those of any template.
 */
import type { Bounds } from '../core/bounds.js'
import type { Json } from '../core/json.js'
import { GOAL_REVISIONS } from '../core/limits.js'

export interface Goal {
  /** In the words of the person: nothing in it is a reference. */
  readonly goal: string
  readonly namespace: string
  readonly bounds: Bounds
}

/** The names of its two steps. */
export const PLANNING_STEP = 'plan'
export const OUTCOME_STEP = 'outcome'

export const goalTemplate = ({ goal, namespace, bounds }: Goal): Json => ({
  name: 'goal',
  namespace_name: namespace,
  version: '1.0.0',
  bounds: { ...bounds, required_convergence: [OUTCOME_STEP] },
  steps: [
    {
      name: PLANNING_STEP,
      type: 'planning',
      handler: {
        callable: 'catalog:plan',
        initialization: {
          // In a replacement of a text `$$` would mean one `$`.
          goal: goal.replaceAll('${', () => '$${'),
          max_revisions: GOAL_REVISIONS,
          approve_plan: true,
        },
      },
    },
    {
      name: OUTCOME_STEP,
      type: 'deferred_convergence',
      dependencies: [PLANNING_STEP],
      handler: {
        callable: 'catalog:aggregate',
        initialization: {
          // What a planning step returns is no outcome.
          where: "type(@) != 'object' || !contains(keys(@), 'convergence')",
          operation: 'collect',
        },
      },
    },
  ],
})
