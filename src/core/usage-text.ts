/** What a task has used of its bounds, in one line for people: `47/100 steps, 3/5 phases, $2.30/$5.00`. */
import type { Bounds, Usage } from './bounds.js'

interface Line {
  readonly bound: 'max_steps' | 'max_phases' | 'max_planner_calls' | 'max_tokens' | 'max_cost_usd'
  readonly of: keyof Usage
  readonly say: (used: string, limit: string) => string
  readonly number: (value: number) => string
}

const whole = (value: number): string => value.toLocaleString('en-US')
/** Down to a cent as a rule; what costs less than a cent still costs something. */
const dollars = (value: number): string => `$${value > 0 && value < 0.01 ? value.toFixed(4) : value.toFixed(2)}`
const counted = (noun: string) => (used: string, limit: string) => `${used}${limit} ${noun}`

const LINES: ReadonlyArray<Line> = [
  { bound: 'max_steps', of: 'steps', say: counted('steps'), number: whole },
  { bound: 'max_phases', of: 'phases', say: counted('phases'), number: whole },
  { bound: 'max_planner_calls', of: 'plannerCalls', say: counted('planner calls'), number: whole },
  { bound: 'max_tokens', of: 'tokens', say: counted('tokens'), number: whole },
  { bound: 'max_cost_usd', of: 'costUsd', say: (used, limit) => `${used}${limit}`, number: dollars },
]

/**
 * Everything that is bound or was used. What is promised to a call or to a plan that waits for approval counts against
 * the bound as well, and is told beside it. Empty where nothing is bound and nothing was planned.
 */
export const usageText = (task: {
  readonly used: Usage
  readonly reserved: Usage
  readonly bounds: Bounds
}): string => {
  const { used, reserved, bounds } = task
  const isPlanned = used.phases > 0 || LINES.some(({ bound }) => bounds[bound] !== undefined)
  if (!isPlanned) return ''
  return LINES.filter(({ bound, of }) => bounds[bound] !== undefined || used[of] > 0 || reserved[of] > 0)
    .map(({ bound, of, say, number }) => {
      const limit = bounds[bound]
      const promised = reserved[of] > 0 ? ` (and ${number(reserved[of])} promised)` : ''
      return `${say(number(used[of]), limit === undefined ? '' : `/${number(limit)}`)}${promised}`
    })
    .join(', ')
}
