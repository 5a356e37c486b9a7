/** References: each is one that exists, and a result is read only of a step that is waited for. */
import type { Finding } from '../finding.js'
import type { Reference } from '../reference.js'
import { areAbove, type Question } from './ancestry.js'
import { fieldsAt } from './fields.js'
import { clipped, finding, placeOf, quoted, storable } from './findings.js'
import type { Proposal, ProposedStep } from './proposal.js'
import type { Unit } from './units.js'

export const referenceFindings = (proposal: Proposal): ReadonlyArray<Finding> => {
  const findings: Finding[] = []
  const asked: Array<{ readonly question: Question; readonly otherwise: () => Finding }> = []
  for (const step of proposal.steps) {
    for (const unit of step.units) {
      for (const { path, segments } of unit.texts) {
        for (const segment of segments) {
          if (segment.kind === 'text') continue
          const verdict =
            segment.kind === 'problem'
              ? { message: () => clippedProblem(segment.problem) }
              : against(segment.reference, step, unit, proposal)
          if (verdict === undefined) continue
          const data = segment.kind === 'problem' ? {} : { reference: clipped(segment.source) }
          const dangling = (): Finding =>
            finding('dangling_reference', placeOf(unit.place, ...path), verdict.message(), data)
          if (verdict.question === undefined) findings.push(dangling())
          else asked.push({ question: verdict.question, otherwise: dangling })
        }
      }
      for (const { path, value: name } of namesOfResults(unit)) {
        const verdict = against({ root: 'steps', name }, step, unit, proposal)
        if (verdict === undefined) continue
        const dangling = (): Finding =>
          finding('dangling_reference', placeOf(unit.place, ...path), verdict.message(), { reference: clipped(name) })
        if (verdict.question === undefined) findings.push(dangling())
        else asked.push({ question: verdict.question, otherwise: dangling })
      }
    }
  }
  const answers = areAbove(
    proposal.order,
    asked.map(({ question }) => question),
  )
  for (const [index, { otherwise }] of asked.entries()) if (answers[index] !== true) findings.push(otherwise())
  return findings
}

/** Steps that a configuration names because it reads their results, without `${…}`. */
export const namesOfResults = ({ capability, kind, own }: Unit) =>
  kind === 'inputs'
    ? []
    : fieldsAt(own, capability?.fields.results ?? []).flatMap(({ path, value }) =>
        typeof value === 'string' && !value.includes('${') ? [{ path, value }] : [],
      )

const MAX_PROBLEM_CHARS = 400

/** What a problem quotes of the text is cut already; this only keeps a bound in sight. */
const clippedProblem = (problem: string): string => storable(problem.slice(0, MAX_PROBLEM_CHARS))

/** What is against the reference: for good, or unless the question is answered with yes. */
interface Verdict {
  readonly message: () => string
  readonly question?: Question
}

const against = (reference: Reference, step: ProposedStep, unit: Unit, proposal: Proposal): Verdict | undefined => {
  if (reference.root === 'item') {
    return unit.hasItem
      ? undefined
      : { message: () => `there is no item here; \${item} stands in what a fan-out runs and in a batch_worker` }
  }
  if (reference.root !== 'steps') return undefined
  const { name } = reference
  const resolved = proposal.resolve(name)
  if (resolved.kind === 'unknown') {
    const remedy = () => `refer to a step that ${quoted(step.name)} depends on`
    return { message: () => `there is no step ${quoted(name)}, neither in this fragment nor before it; ${remedy()}` }
  }
  if (resolved.kind === 'fragment' && resolved.id === step.id) {
    return { message: () => `${quoted(name)} refers to its own result; leave that out` }
  }
  if (resolved.kind === 'frame' && !resolved.precedes) {
    return { message: () => `${quoted(name)} does not end before the planning step; refer to a step that does` }
  }
  const target = resolved.kind === 'fragment' ? resolved.id : proposal.frameId(resolved.name)
  const message = () =>
    `${quoted(name)} need not be done when ${quoted(step.name)} starts; add it to the dependencies of ${quoted(step.name)}`
  if (target === undefined) return { message }
  return step.dependencies.includes(target) ? undefined : { message, question: { step: step.id, above: target } }
}
