/** How the tasks of each template do: how many, how they end, how long they take, and what their planning costs. */
import type { Usage } from '../../src/core/bounds.js'
import { NOTHING_USED } from '../../src/core/bounds.js'
import type { TaskEvent } from '../../src/core/event.js'
import { isClosed, type Phase } from '../../src/core/state.js'
import { bucketOf, type DurationCounts, elapsedMs } from '../duration-buckets.js'
import { type At, add, NO_CHANGE, type Projection } from '../projection.js'

export interface TemplatePerformanceRow extends DurationCounts {
  readonly namespace: string
  readonly template: string
  readonly template_version: string
  readonly created: number
  readonly complete: number
  readonly error: number
  readonly cancelled: number
  readonly resolved_manually: number
  readonly blocked: number
  readonly steps: number
  readonly failed_attempts: number
  readonly planner_calls: number
  readonly tokens: number
  readonly cost_micro_usd: number
  readonly duration_ms: number
}

type Ending = 'complete' | 'error' | 'cancelled' | 'resolved_manually'

type Counts = Partial<Record<keyof TemplatePerformanceRow, number>>

interface Counted {
  createdMs: number
  /** How it has ended, and what was counted for that: it is taken back when the task is reopened, or ends otherwise. */
  end: { readonly as: Ending; readonly counts: Counts } | undefined
  used: Usage
}

export const templatePerformance: Projection<TemplatePerformanceRow, Counted> = {
  name: 'template_performance',
  version: 1,
  sql: 'projections/template-performance/template-performance.sql',
  key: ['namespace', 'template', 'template_version'],
  memory: () => ({ createdMs: 0, end: undefined, used: NOTHING_USED }),
  changes: (event, at, counted) => {
    if (event.type === 'task-created') counted.createdMs = at.timeMs
    const { namespace, name, version } = at.state.template
    const changes = [countsOf(event), ...endCounts(at, counted), usageCounts(event, at.state.used, counted)]
      .filter((counts) => counts !== undefined)
      .map((counts) => add<TemplatePerformanceRow>([namespace, name, version], counts))
    return changes.length === 0 ? NO_CHANGE : changes
  },
}

const countsOf = (event: TaskEvent): Counts | undefined => {
  switch (event.type) {
    case 'task-created':
      return { created: 1 }
    case 'task-blocked':
      return { blocked: 1 }
    case 'step-attempt-failed':
      return event.metadata.copyOf === undefined ? { failed_attempts: 1 } : undefined
    default:
      return undefined
  }
}

const endCounts = ({ state: { phase }, timeMs }: At, counted: Counted): ReadonlyArray<Counts> => {
  const as = isClosed(phase) ? endedAs(phase) : undefined
  const before = counted.end
  if (as === before?.as) return []
  const tookMs = elapsedMs(counted.createdMs, timeMs)
  counted.end = as && { as, counts: { [as]: 1, duration_ms: tookMs, [bucketOf(tookMs)]: 1 } }
  return [
    ...(before === undefined ? [] : [negated(before.counts)]),
    ...(counted.end === undefined ? [] : [counted.end.counts]),
  ]
}

const negated = (counts: Counts): Counts =>
  Object.fromEntries(Object.entries(counts).map(([column, count]) => [column, -count]))

const endedAs = ({ kind }: Phase): Ending =>
  kind === 'complete' || kind === 'cancelled' || kind === 'resolved_manually' ? kind : 'error'

/** The price is counted in whole millionths: sums of fractions would depend on the order of the tasks. */
const usageCounts = (event: TaskEvent, used: Usage, counted: Counted): Counts | undefined => {
  const { used: before } = counted
  if (before === used) return undefined
  counted.used = used
  // What a fork takes over was spent by another task.
  if (event.metadata.copyOf !== undefined) return undefined
  return {
    steps: used.steps - before.steps,
    planner_calls: used.plannerCalls - before.plannerCalls,
    tokens: used.tokens - before.tokens,
    cost_micro_usd: Math.round(used.costUsd * 1e6) - Math.round(before.costUsd * 1e6),
  }
}
