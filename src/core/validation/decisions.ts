/**
 * Decisions inside a fragment: what one may name is downstream of it, comes with what it depends on, and what stands
 * behind it is named by somebody. The same rules are held against the outcome when the decision is made (DESIGN, section
 * 5, rule 1); here they are told while the planner can still change the fragment.
 */
import type { Finding } from '../finding.js'
import { hasReference } from '../reference.js'
import { areAbove } from './ancestry.js'
import { convergenceOf } from './convergence.js'
import { fieldsAt } from './fields.js'
import { clipped, finding, placeOf, quoted } from './findings.js'
import type { Proposal, ProposedStep } from './proposal.js'

interface Naming {
  readonly decision: ProposedStep
  readonly name: string
  readonly place: string
  /** Names of one rule are created together; unique in the fragment. */
  readonly rule: string
  readonly target: ProposedStep | undefined
}

export const decisionFindings = (proposal: Proposal): ReadonlyArray<Finding> => {
  const namings = proposal.steps.flatMap((step) => namingsOf(step, proposal))
  const below = areAbove(
    proposal.order,
    namings.map(({ decision, target }) => ({ step: target?.id ?? decision.id, above: decision.id })),
  )
  const sound = namings.filter(({ target }, index) => target !== undefined && below[index] === true)
  const unsound = namings.filter(({ target }, index) => target === undefined || below[index] !== true)
  return [
    ...unsound.filter((naming) => !isConvergence(naming, proposal)).map(notBelow),
    ...(proposal.isAcyclic ? [...incomplete(sound, proposal), ...neverNamed(sound, proposal)] : []),
  ]
}

const namingsOf = (step: ProposedStep, { resolve, steps }: Proposal): ReadonlyArray<Naming> => {
  const patterns = step.capability?.fields.stepNames ?? []
  return fieldsAt(step.draft.config, patterns).flatMap(({ path, value }): ReadonlyArray<Naming> => {
    if (typeof value !== 'string' || hasReference(value)) return []
    const resolved = resolve(value)
    const target = resolved.kind === 'fragment' ? steps[resolved.id] : undefined
    const place = placeOf(step.draft.place, 'config', ...path)
    return [{ decision: step, name: value, place, rule: `${step.id} ${ruleOf(path)}`, target }]
  })
}

/** Names of one list belong to one rule. */
const ruleOf = (path: ReadonlyArray<string>): string =>
  JSON.stringify(/^\d+$/.test(path.at(-1) ?? '') ? path.slice(0, -1) : path)

/** Naming the convergence to which the fragment attaches is legal and adds nothing. */
const isConvergence = ({ name }: Naming, proposal: Proposal): boolean => {
  const resolved = proposal.resolve(name)
  return resolved.kind === 'frame' && resolved.name === convergenceOf(proposal)
}

const notBelow = ({ decision, name, place }: Naming): Finding => {
  const message = `${quoted(decision.name)} may name only steps of this fragment that depend on it, and ${quoted(name)} does not; let it depend on ${quoted(decision.name)} or name another`
  return finding('unreachable_step', place, message, { step: clipped(name) })
}

/** A named step whose ordinary dependency is withheld by the same decision, and named by no one in the same rule. */
const incomplete = (namings: ReadonlyArray<Naming>, proposal: Proposal): ReadonlyArray<Finding> => {
  const pairs = namings.flatMap((naming) => {
    const { target, decision } = naming
    if (target === undefined || target.type === 'deferred_convergence') return []
    return target.dependencies
      .filter((id) => id !== decision.id && id < proposal.steps.length)
      .map((dependency) => ({ naming, target, dependency }))
  })
  const withheld = areAbove(
    proposal.order,
    pairs.map(({ naming, dependency }) => ({ step: dependency, above: naming.decision.id })),
  )
  const createdBy = creations(namings, proposal)
  return pairs.flatMap(({ naming, target, dependency }, index): ReadonlyArray<Finding> => {
    if (withheld[index] !== true || createdBy(naming).has(dependency)) return []
    const missing = proposal.steps[dependency]?.name ?? ''
    const message = `${quoted(target.name)} depends on ${quoted(missing)}, which ${quoted(naming.decision.name)} does not create with it; name ${quoted(missing)} in the same rule`
    const data = { step: clipped(naming.name), missing: clipped(missing) }
    return [finding('unreachable_step', naming.place, message, data)]
  })
}

/** What a rule names, and each step downstream of that whose dependencies all exist then; worked out once a rule. */
const creations = (namings: ReadonlyArray<Naming>, proposal: Proposal): ((naming: Naming) => ReadonlySet<number>) => {
  const namedBy = new Map<string, number[]>()
  for (const { rule, target } of namings) {
    const named = namedBy.get(rule) ?? []
    if (target !== undefined) named.push(target.id)
    namedBy.set(rule, named)
  }
  const created = new Map<string, ReadonlySet<number>>()
  const below = new Map<number, ReadonlySet<number>>()
  return ({ rule, decision }) => {
    const known = created.get(rule)
    if (known !== undefined) return known
    const withheld = below.get(decision.id) ?? downstreamOf(decision, proposal)
    below.set(decision.id, withheld)
    const found = closure(namedBy.get(rule) ?? [], withheld, proposal)
    created.set(rule, found)
    return found
  }
}

const closure = (
  named: ReadonlyArray<number>,
  withheld: ReadonlySet<number>,
  { steps, dependants }: Proposal,
): ReadonlySet<number> => {
  const created = new Set(named)
  const isThere = (id: number) => !withheld.has(id) || created.has(id)
  const open = [...created]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (decides(steps[id])) continue
    for (const next of dependants[id] ?? []) {
      const step = steps[next]
      if (step === undefined || created.has(next)) continue
      if (step.type !== 'deferred_convergence' && !step.dependencies.every(isThere)) continue
      created.add(next)
      open.push(next)
    }
  }
  return created
}

const decides = (step: ProposedStep | undefined): boolean => step?.type === 'decision' || step?.type === 'planning'

const downstreamOf = (step: ProposedStep, { dependants }: Proposal): ReadonlySet<number> => {
  const found = new Set<number>()
  const open = [...(dependants[step.id] ?? [])]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue
    found.add(id)
    open.push(...(dependants[id] ?? []))
  }
  return found
}

/**
 * Steps that no outcome of any decision can create: all decisions above them name their steps in writing, and none names
 * this one or anything that brings it along.
 */
const neverNamed = (namings: ReadonlyArray<Naming>, { steps, order }: Proposal): ReadonlyArray<Finding> => {
  const named = new Set(namings.map(({ target }) => target?.id))
  const inWriting = new Set(steps.filter(namesInWriting).map(({ id }) => id))
  const withheld = new Uint8Array(steps.length)
  const possible = new Uint8Array(steps.length)
  const findings: Finding[] = []
  for (const [id = 0] of order.components) {
    const step = steps[id]
    if (step === undefined) continue
    const above = step.dependencies.flatMap((other) => steps[other] ?? [])
    const deciders = above.filter(decides)
    withheld[id] = deciders.length > 0 || above.some((other) => withheld[other.id] === 1) ? 1 : 0
    const isOpen = deciders.some((other) => !inWriting.has(other.id) && possible[other.id] === 1)
    const broughtAlong = above.some((other) => withheld[other.id] === 1 && possible[other.id] === 1 && !decides(other))
    const canBe = step.type === 'deferred_convergence' || withheld[id] === 0 || named.has(id) || isOpen || broughtAlong
    possible[id] = canBe ? 1 : 0
    // Told once, where it begins: what depends on a step that cannot be is not told as well.
    if (!canBe && deciders.some((other) => possible[other.id] === 1)) {
      const decision = deciders.map((other) => quoted(other.name)).join(' and ')
      const message = `no rule of ${decision} names ${quoted(step.name)}, so it would never be created; name it in a rule or leave it out`
      findings.push(finding('unreachable_step', step.draft.place, message, { step: clipped(step.name) }))
    }
  }
  return findings
}

/** Whether all that the decision may name stands in its configuration, as literal text. */
const namesInWriting = ({ capability, draft, type }: ProposedStep): boolean => {
  const patterns = capability?.fields.stepNames ?? []
  if (type !== 'decision' || patterns.length === 0) return false
  return fieldsAt(draft.config, patterns).every(({ value }) => typeof value === 'string' && !hasReference(value))
}
