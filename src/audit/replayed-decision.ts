/**
 * A planning decision made once more, without a model: the recorded answer goes through today's validation, with the
 * frame and the bounds as they were in front of the verdict. What differs is what validation has learnt since, or what
 * the catalog is now.
 */
import type { Bounds } from '../core/bounds.js'
import { canonicalJson } from '../core/canonical-json.js'
import type { Vocabulary } from '../core/capability.js'
import type { Content } from '../core/content.js'
import { boundsLeftFor } from '../core/decide/bounds-left.js'
import { judge } from '../core/decide/judge.js'
import { withoutPromise } from '../core/decide/plan-approval.js'
import type { EventData, EventOf } from '../core/event.js'
import type { Finding } from '../core/finding.js'
import { isJsonObject, type Json } from '../core/json.js'
import { findNode, type TaskState } from '../core/state.js'
import type { StepDefinition } from '../core/step.js'

export interface ReplayedDecision {
  readonly step: string
  /** Version of the event that recorded the verdict. */
  readonly version: number
  readonly recorded: Judged
  readonly today: Judged
  /** The bounds that held: the version of the event that set them last, and what was left of them. */
  readonly bounds: { readonly version: number; readonly left: Bounds }
  /** Findings that only today's validation has, and those that only the recorded verdict had. */
  readonly gained: ReadonlyArray<Finding>
  readonly lost: ReadonlyArray<Finding>
  /** Steps that an accepted plan would bring into being otherwise than it did. */
  readonly otherwise: ReadonlyArray<string>
  readonly same: boolean
}

export interface Judged {
  readonly verdict: 'accepted' | 'rejected'
  readonly findings: ReadonlyArray<Finding>
  /** Digest of the capability schema. */
  readonly vocabulary: string
}

/** What was decided and what would be today; the steps that came of it are still to be compared. */
export interface Rejudged {
  readonly decision: ReplayedDecision
  readonly plan: ReadonlyArray<StepDefinition> | undefined
}

/**
 * Judges again what the event's verdict was on: `proposal`, as its event recorded it. `state` is the fold up to right
 * before the verdict.
 */
export const judgeAgain = async (
  state: TaskState,
  { data }: EventOf<'fragment-validated'>,
  proposal: Pick<EventData<'fragment-proposed'>, 'raw' | 'fragment'>,
  at: { readonly version: number; readonly boundsVersion: number; readonly ms: number },
  vocabulary: Vocabulary,
  read: (content: Content) => Promise<Json>,
): Promise<Rejudged> => {
  const node = findNode(state, data.step)
  if (node === undefined) throw new Error(`version ${at.version} judges a plan of ${data.step}, which is no step`)
  const raw = await read(proposal.raw)
  const fragment = proposal.fragment === null ? null : await read(proposal.fragment)
  const judged = withoutPromise(state, node)
  const { findings, plan } = judge(
    ...judged,
    {
      raw: typeof raw === 'string' ? raw : JSON.stringify(raw),
      fragment: isJsonObject(fragment) ? fragment : null,
      vocabulary,
    },
    at.ms,
  )
  const today: Judged = {
    verdict: plan === undefined ? 'rejected' : 'accepted',
    findings,
    vocabulary: vocabulary.digest,
  }
  const recorded: Judged = { verdict: data.verdict, findings: data.findings, vocabulary: data.vocabulary }
  const gained = without(today.findings, recorded.findings)
  const lost = without(recorded.findings, today.findings)
  const decision: ReplayedDecision = {
    step: data.step,
    version: at.version,
    recorded,
    today,
    bounds: { version: at.boundsVersion, left: boundsLeftFor(...judged) },
    gained,
    lost,
    otherwise: [],
    same: today.verdict === recorded.verdict && gained.length === 0 && lost.length === 0,
  }
  return { decision, plan: plan === undefined ? undefined : [...plan.steps, ...plan.withheld] }
}

/** The decision, once it is known which steps of the plan came into being. */
export const comparePlan = (
  { decision, plan }: Rejudged,
  made: ReadonlyMap<string, StepDefinition>,
): ReplayedDecision => {
  if (plan === undefined || made.size === 0) return decision
  const planned = new Map(plan.map((step) => [step.name, step]))
  const names = [...new Set([...made.keys(), ...planned.keys()])]
  const otherwise = names.filter((name) => textOf(made.get(name)) !== textOf(planned.get(name)))
  return { ...decision, otherwise, same: decision.same && otherwise.length === 0 }
}

const textOf = (step: StepDefinition | undefined): string | undefined =>
  // What is left undefined is not recorded.
  step === undefined ? undefined : canonicalJson(JSON.parse(JSON.stringify(step)))

/** By what was found and where: the sentences may be improved without anything being different. */
const without = (findings: ReadonlyArray<Finding>, others: ReadonlyArray<Finding>): ReadonlyArray<Finding> => {
  const known = new Set(others.map(factOf))
  return findings.filter((finding) => !known.has(factOf(finding)))
}

const factOf = ({ message: _, ...fact }: Finding): string => canonicalJson(fact)
