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
  /** Names of one rule are created together. */
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
    return [{ decision: step, name: value, place, rule: ruleOf(path), target }]
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
  const created = new Map<string, ReadonlySet<number>>()
  return pairs.flatMap(({ naming, target, dependency }, index): ReadonlyArray<Finding> => {
    if (withheld[index] !== true) return []
    const key = `${naming.decision.id} ${naming.rule}`
    const together = created.get(key) ?? createdBy(naming, namings, proposal)
    created.set(key, together)
    if (together.has(dependency)) return []
    const missing = proposal.steps[dependency]?.name ?? ''
    const message = `${quoted(target.name)} depends on ${quoted(missing)}, which ${quoted(naming.decision.name)} does not create with it; name ${quoted(missing)} in the same rule`
    return [
      finding('unreachable_step', naming.place, message, { step: clipped(naming.name), missing: clipped(missing) }),
    ]
  })
}

/** What a rule names, and each step downstream of that whose dependencies all exist then. */
const createdBy = (naming: Naming, all: ReadonlyArray<Naming>, proposal: Proposal): ReadonlySet<number> => {
  const sameRule = all.filter(({ decision, rule }) => decision === naming.decision && rule === naming.rule)
  const created = new Set(sameRule.flatMap(({ target }) => (target === undefined ? [] : [target.id])))
  const withheld = downstreamOf(naming.decision, proposal)
  const open = [...created]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (decides(proposal.steps[id])) continue
    for (const next of proposal.dependants[id] ?? []) {
      const step = proposal.steps[next]
      if (step === undefined || created.has(next)) continue
      const isThere = (other: number) => !withheld.has(other) || created.has(other)
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
  const withheld = new Uint8Array(steps.length)
  const possible = new Uint8Array(steps.length)
  const findings: Finding[] = []
  for (const [id = 0] of order.components) {
    const step = steps[id]
    if (step === undefined) continue
    const above = step.dependencies.flatMap((other) => steps[other] ?? [])
    const deciders = above.filter(decides)
    withheld[id] = deciders.length > 0 || above.some((other) => withheld[other.id] === 1) ? 1 : 0
    const isOpen = deciders.some((other) => !namesInWriting(other) && possible[other.id] === 1)
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
