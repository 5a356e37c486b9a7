/**
 * Bounds: what a fragment asks of them, against the smaller of what is allowed and what is left; and its own bounds, and
 * those of its planning steps, against what it was given.
 */
import { ALLOW_LISTS, covers, NUMERIC_BOUNDS } from '../allowance.js'
import { type Bounds, NOTHING_USED, type Usage } from '../bounds.js'
import type { Finding } from '../finding.js'
import type { Json } from '../json.js'
import { literalInstances } from './fan-out.js'
import { clipped, finding, offered, placeOf, quoted } from './findings.js'
import { capabilityOf, handlerRule } from './handler-names.js'
import type { Limits } from './limits-of.js'
import type { Proposal, ProposedStep } from './proposal.js'

export const boundsFindings = (proposal: Proposal): ReadonlyArray<Finding> => [
  ...usedUp(proposal),
  ...tooDeep(proposal),
  ...tooWide(proposal),
  ...widened(proposal.draft.bounds, 'resource_bounds', proposal, {
    bounds: proposal.limits.given,
    allowsHandler: handlerRule(proposal.vocabulary, proposal.limits.given.allowed_handlers),
  }),
  ...proposal.steps.flatMap(({ draft }) =>
    draft.bounds === undefined ? [] : widened(draft.bounds, placeOf(draft.place, 'bounds'), proposal, proposal.limits),
  ),
]

/** What acceptance takes: the steps, and those of them that plan. Instances are taken when they are made. */
export const takesOf = (steps: ReadonlyArray<Pick<ProposedStep, 'type'>>): Usage => ({
  ...NOTHING_USED,
  steps: steps.length,
  phases: steps.filter(({ type }) => type === 'planning').length,
})

const exceeded = (path: string, bound: string, limit: Json, value: Json, advice: string): Finding =>
  finding('bounds_exceeded', path, `${advice} (${bound}: ${shown(value)}, where ${shown(limit)} is the limit)`, {
    bound,
    limit,
    value,
  })

const shown = (value: Json): string =>
  Array.isArray(value) ? offered(value.map((entry: Json) => String(entry))) : String(value)

const usedUp = ({ steps, limits }: Proposal): ReadonlyArray<Finding> => {
  const takes = takesOf(steps)
  const instances = steps.reduce((sum, step) => sum + literalInstances(step), 0)
  // A planning step that may make no call is of no use; what it takes beyond that nobody knows yet.
  const asks = { ...takes, steps: takes.steps + instances, plannerCalls: takes.phases }
  const advice = {
    max_steps: 'propose fewer steps, or leave some of them to another phase',
    max_phases: 'propose fewer planning steps',
    max_planner_calls: 'propose fewer planning steps: each needs a call at least',
    max_tokens: 'propose less',
    max_cost_usd: 'propose less',
  }
  return covers(limits.bounds, asks).map(({ bound, limit, value }) =>
    exceeded('steps', bound, limit, value, advice[bound]),
  )
}

/** Steps on the longest path. Where steps wait in a circle there is no such path, and the circle is told already. */
const tooDeep = ({ steps, order, limits, isAcyclic }: Proposal): ReadonlyArray<Finding> => {
  const limit = limits.bounds.max_depth
  if (limit === undefined || !isAcyclic) return []
  const depths = new Int32Array(order.size)
  let deepest = 0
  for (const [id = 0] of order.components) {
    const step = steps[id]
    if (step === undefined) continue
    let depth = 0
    for (const dependency of step.dependencies) depth = Math.max(depth, depths[dependency] ?? 0)
    depths[id] = depth + 1
    deepest = Math.max(deepest, depth + 1)
  }
  if (deepest <= limit) return []
  return [exceeded('steps', 'max_depth', limit, deepest, 'let more of the steps run side by side, or fewer in all')]
}

const tooWide = ({ steps, order, dependants, frame, limits, nameOf }: Proposal): ReadonlyArray<Finding> => {
  const limit = limits.bounds.max_fan_out
  if (limit === undefined) return []
  const findings: Finding[] = []
  const advice = (name: string) =>
    `too many steps follow directly from ${quoted(name)}; put steps between, or fewer after it`
  for (const step of steps) {
    const followers = dependants[step.id]?.length ?? 0
    if (followers > limit) findings.push(exceeded(step.draft.place, 'max_fan_out', limit, followers, advice(step.name)))
    const instances = literalInstances(step)
    if (instances > limit) {
      const message = `${quoted(step.name)} leads to too many instances; give it fewer items or larger chunks`
      findings.push(exceeded(placeOf(step.draft.place, 'config'), 'max_fan_out', limit, instances, message))
    }
  }
  const added = new Map<number, number>()
  for (const { dependencies } of steps) {
    for (const id of dependencies) if (id >= steps.length) added.set(id, (added.get(id) ?? 0) + 1)
  }
  for (const id of [...added.keys()].sort((a, b) => a - b)) {
    if (id >= order.size) continue
    const name = nameOf(id)
    const followers = (added.get(id) ?? 0) + (frame.dependants.get(name)?.length ?? 0)
    if (followers > limit) findings.push(exceeded('steps', 'max_fan_out', limit, followers, advice(name)))
  }
  return findings
}

type Around = Pick<Limits, 'bounds' | 'allowsHandler'>

/** Bounds that a fragment states may only be narrower than those around it. */
const widened = (own: Bounds, at: string, { vocabulary }: Proposal, around: Around): ReadonlyArray<Finding> => {
  const findings: Finding[] = []
  for (const bound of NUMERIC_BOUNDS) {
    const [value, limit] = [own[bound], around.bounds[bound]]
    if (value === undefined || limit === undefined || value <= limit) continue
    const advice = 'bounds may only be narrowed; lower it or leave it out'
    findings.push(exceeded(placeOf(at, bound), bound, limit, value, advice))
  }
  for (const list of ALLOW_LISTS) {
    const limit = around.bounds[list] ?? []
    const known = new Set(limit.map(folded))
    const isWithin = (entry: string) =>
      list === 'allowed_handlers'
        ? around.allowsHandler(capabilityOf(vocabulary, entry)?.callable ?? entry)
        : known.has(folded(entry))
    const beyond = (own[list] ?? []).filter((entry) => !isWithin(entry)).map(clipped)
    if (beyond.length === 0) continue
    const advice = 'bounds may only be narrowed; take these entries out'
    findings.push(exceeded(placeOf(at, list), list, limit.map(clipped), beyond, advice))
  }
  return findings
}

/** Hosts are the same in any letters; names of secrets that differ in nothing else are nobody's good idea. */
const folded = (entry: string): string => entry.trim().toLowerCase()
