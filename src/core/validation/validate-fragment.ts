/**
 * The trust boundary: what a model proposes is data until this one function has accepted it. It is pure, runs every check
 * that the shape of the fragment allows, and returns all findings, each of which tells a planner what to change.
 */
import { left } from '../allowance.js'
import type { Bounds, Usage } from '../bounds.js'
import type { Vocabulary } from '../capability.js'
import type { Finding } from '../finding.js'
import type { Frame } from '../frame.js'
import type { Json } from '../json.js'
import { boundsFindings } from './bounds.js'
import { configurationFindings } from './configuration.js'
import { contractFindings } from './contracts.js'
import { convergenceFindings } from './convergence.js'
import { decisionFindings } from './decisions.js'
import { dependencyFindings } from './dependencies.js'
import { draftOf } from './draft.js'
import { expressionFindings } from './expressions.js'
import { arranged } from './findings.js'
import { frameViewOf } from './frame-view.js'
import { handlerFindings } from './handlers.js'
import { hostFindings } from './hosts.js'
import { nameFindings } from './names.js'
import { type MaterializablePlan, planOf } from './plan.js'
import { type Proposal, proposalOf } from './proposal.js'
import { referenceFindings } from './references.js'
import { secretFindings } from './secrets.js'
import { stepKeyFindings } from './step-keys.js'
import { wallClockFindings } from './wall-clock.js'

export type { MaterializablePlan }

export interface Validation {
  /** In the order of their places, each once. */
  readonly findings: ReadonlyArray<Finding>
  /** There is one exactly where there are no findings. */
  readonly plan: MaterializablePlan | undefined
}

const CHECKS: ReadonlyArray<(proposal: Proposal) => ReadonlyArray<Finding>> = [
  nameFindings,
  handlerFindings,
  stepKeyFindings,
  configurationFindings,
  dependencyFindings,
  referenceFindings,
  contractFindings,
  convergenceFindings,
  decisionFindings,
  boundsFindings,
  wallClockFindings,
  hostFindings,
  secretFindings,
  expressionFindings,
]

/**
 * Judges a fragment of `frame.planningStep`. `bounds` less `spent` is what it may use: either the bounds of one level and
 * what was used of them (the frame's own steps and phases are part of that), or what is left of several levels, the
 * smallest of each, and nothing spent. `secondsLeft` is what is left of the wall clock, where some of it has passed. Never throws, whatever the fragment is.
 */
export const validateFragment = (
  fragment: Json,
  frame: Frame,
  vocabulary: Vocabulary,
  bounds: Bounds,
  spent: Usage,
  secondsLeft: number | undefined = bounds.max_wall_clock_seconds,
): Validation => {
  const draft = draftOf(fragment)
  if (!('steps' in draft)) return { findings: arranged(draft.findings), plan: undefined }
  const proposal = proposalOf(draft, frameViewOf(frame), vocabulary, left(bounds, spent), secondsLeft)
  const findings = arranged([...draft.findings, ...CHECKS.flatMap((check) => check(proposal))])
  return { findings, plan: findings.length === 0 ? planOf(proposal) : undefined }
}
