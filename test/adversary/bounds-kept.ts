/** Which bounds a task passed, counted from its log alone and by nobody's arithmetic but this one's. */
import type { Bounds, Usage } from '../../src/core/bounds.js'
import type { TaskEvent } from '../../src/core/event.js'
import type { StepDefinition } from '../../src/core/step.js'

export const passedBounds = (bounds: Bounds, events: ReadonlyArray<TaskEvent>): ReadonlyArray<string> => {
  const created = events.flatMap(createdBy)
  const calls = events.filter(({ type }) => type === 'plan-requested').length
  const { tokens, costUsd } = usedByCalls(events)
  const passed = (bound: keyof Bounds, value: number): ReadonlyArray<string> => {
    const limit = bounds[bound]
    return typeof limit === 'number' && value > limit + 1e-9 ? [`${bound}: ${value} of ${limit}`] : []
  }
  return [
    ...passed('max_steps', created.length),
    ...passed('max_phases', created.filter(({ type }) => type === 'planning').length),
    ...passed('max_planner_calls', calls),
    ...passed('max_tokens', tokens),
    ...passed('max_cost_usd', costUsd),
    ...passed('max_fan_out', mostInstances(created)),
    ...passed('max_depth', deepest(created)),
    ...phasesPassed(created, events),
  ]
}

const createdBy = (event: TaskEvent): ReadonlyArray<StepDefinition> =>
  event.type === 'steps-materialized'
    ? event.data.steps
        .map((step): StepDefinition => ({ ...event.data.shared, ...step }))
        .filter(({ type, instanceOf }) => type !== 'batch_worker' || instanceOf !== undefined)
    : []

/** A call without a recorded answer is charged with what it reserved. */
const usedByCalls = (events: ReadonlyArray<TaskEvent>): Pick<Usage, 'tokens' | 'costUsd'> => {
  const charged = new Map<string, Usage>()
  for (const event of events) {
    if (event.type === 'plan-requested') charged.set(`${event.data.step} ${event.data.call}`, event.data.reserves)
    if (event.type === 'plan-failed') charged.set(`${event.data.step} ${event.data.call}`, event.data.spent)
    if (event.type === 'fragment-proposed' && event.metadata.actor.kind === 'planner') {
      charged.set(`${event.data.step} ${event.data.call}`, event.data.spent)
    }
  }
  const all = [...charged.values()]
  return {
    tokens: all.reduce((sum, { tokens }) => sum + tokens, 0),
    costUsd: all.reduce((sum, { costUsd }) => sum + costUsd, 0),
  }
}

/** Instances of instances count for the step where it began: `each[2][0]` is one of `each`. */
const mostInstances = (created: ReadonlyArray<StepDefinition>): number => {
  const counts = new Map<string, number>()
  for (const { name } of created) {
    const [root = name] = name.split('[')
    if (root !== name) counts.set(root, (counts.get(root) ?? 0) + 1)
  }
  return Math.max(0, ...counts.values())
}

/** Steps on the longest path inside of one fragment. */
const deepest = (created: ReadonlyArray<StepDefinition>): number => {
  const planned = new Map(
    created.filter(({ name }) => name.includes('/') && !name.includes('[')).map((step) => [step.name, step]),
  )
  const depths = new Map<string, number>()
  const scopeOf = (name: string) => name.slice(0, name.lastIndexOf('/'))
  const depthOf = ({ name, dependencies }: StepDefinition): number => {
    const known = depths.get(name)
    if (known !== undefined) return known
    const above = dependencies
      .flatMap((other) => planned.get(other) ?? [])
      .filter((other) => scopeOf(other.name) === scopeOf(name))
    const depth = 1 + Math.max(0, ...above.map(depthOf))
    depths.set(name, depth)
    return depth
  }
  return Math.max(0, ...[...planned.values()].map(depthOf))
}

/** A phase's own bounds, and what its fragment said of itself, hold for all that is inside of it. */
const phasesPassed = (
  created: ReadonlyArray<StepDefinition>,
  events: ReadonlyArray<TaskEvent>,
): ReadonlyArray<string> => {
  const inside = (phase: string) => created.filter(({ name }) => name.startsWith(`${phase}/`)).length
  const callsOf = (phase: string) =>
    events.filter((event) => event.type === 'plan-requested' && `${event.data.step}/`.startsWith(`${phase}/`)).length
  const given = created.flatMap(({ name, bounds }) => (bounds === undefined ? [] : [{ name, bounds }]))
  const stated = events.flatMap((event) =>
    event.type === 'fragment-validated' && event.data.verdict === 'accepted' && event.data.bounds !== undefined
      ? [{ name: event.data.step, bounds: event.data.bounds }]
      : [],
  )
  return [
    ...[...given, ...stated].flatMap(({ name, bounds: { max_steps: limit } }) =>
      limit !== undefined && inside(name) > limit ? [`max_steps of ${name}: ${inside(name)} of ${limit}`] : [],
    ),
    ...given.flatMap(({ name, bounds: { max_planner_calls: limit } }) =>
      limit !== undefined && callsOf(name) > limit
        ? [`max_planner_calls of ${name}: ${callsOf(name)} of ${limit}`]
        : [],
    ),
  ]
}
