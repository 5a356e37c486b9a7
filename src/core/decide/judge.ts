/**
 * The verdict on a proposal, and what follows from it in the same append: the steps that an accepted fragment brings,
 * the frame's steps that were withheld behind it, the attachment of its terminals, and the planning step's completion;
 * or, where people have to approve it, a gate that shows it. A rejected one brings nothing but its findings.
 */
import * as E from 'fp-ts/lib/Either.js'
import { NOTHING_USED } from '../bounds.js'
import type { Vocabulary } from '../capability.js'
import type { Finding } from '../finding.js'
import { createdByPlan } from '../graph/creation.js'
import { frameOf } from '../graph/frame-of.js'
import type { Approval, Node } from '../graph/node.js'
import type { JsonObject } from '../json.js'
import { waitsForApproval } from '../planning-config.js'
import type { TaskState } from '../state.js'
import { parseAnswer } from '../validation/parse-answer.js'
import { type MaterializablePlan, validateFragment } from '../validation/validate-fragment.js'
import { boundsLeftFor } from './bounds-left.js'
import { accept, type Decision, refuse, runningAttempt } from './decision.js'
import { type Emitter, emitter } from './emit.js'
import type { Envelope } from './envelope.js'
import { materialize } from './materialize.js'
import { askForApproval } from './plan-gate.js'
import type { OfPlanningAttempt } from './planning.js'
import { secondsLeftFor } from './time-left.js'

/** A recorded fragment as the caller fetched it by its digest. */
export interface JudgedPlan {
  readonly raw: string
  readonly fragment: JsonObject | null
  readonly vocabulary: Vocabulary
}

/** Judges the proposal that waits, as it was recorded; the caller has fetched its text and fragment by their digests. */
export interface JudgeFragment extends OfPlanningAttempt {
  readonly type: 'judge-fragment'
  readonly raw: string
  /** Null where the answer was no JSON object. */
  readonly fragment: JsonObject | null
  readonly vocabulary: Vocabulary
}

export const judgeFragment = (state: TaskState, command: JudgeFragment, envelope: Envelope): Decision => {
  const running = runningAttempt(state, command.step, command.attempt)
  if (E.isLeft(running)) return running
  const node = running.right
  const proposal = node.planning?.proposal
  if (proposal === undefined) return refuse('no_proposal', `no proposal of ${node.definition.name} waits to be judged`)
  const judgement = judge(state, node, command, envelope.nowMs)
  const to = emitter(state, envelope)
  const isAsked = waitsForApproval(node.definition)
  const verdict = {
    judgement,
    vocabulary: command.vocabulary.digest,
    materialisedAtMs: isAsked ? undefined : envelope.nowMs,
  }
  const validated = recordVerdict(to, node, proposal, verdict)
  if (judgement.plan === undefined) return accept(to.events)
  if (isAsked) askForApproval(to, node, command.attempt, proposal, validated, envelope.nowMs)
  else materializePlan(state, to, node, command.attempt, judgement.plan, validated)
  return accept(to.events)
}

export interface Judgement {
  readonly findings: ReadonlyArray<Finding>
  readonly plan: MaterializablePlan | undefined
}

export const judge = (
  state: TaskState,
  node: Node,
  { raw, fragment, vocabulary }: JudgedPlan,
  nowMs: number,
): Judgement => {
  const bounds = boundsLeftFor(state, node)
  const secondsLeft = secondsLeftFor(state, node, nowMs)
  const validate = (proposed: JsonObject) =>
    validateFragment(proposed, frameOf(state, node), vocabulary, bounds, NOTHING_USED, secondsLeft)
  if (fragment !== null) return validate(fragment)
  const parsed = parseAnswer(raw)
  const findings = 'findings' in parsed ? parsed.findings : validate(parsed.fragment).findings
  return { findings: findings.length > 0 ? findings : [NOT_STORABLE], plan: undefined }
}

/** The answer reads as JSON, but the log could not keep it as it came. */
const NOT_STORABLE: Finding = {
  code: 'schema',
  path: '',
  message: 'a text holds a NUL or half a surrogate pair, which cannot be stored; leave such characters out',
}

export interface VerdictToRecord {
  readonly judgement: Judgement
  readonly vocabulary: string
  /** Absent where the steps do not come into being with the verdict. */
  readonly materialisedAtMs: number | undefined
}

/** With its steps the clock of a fragment begins. */
const fragmentEnd = (
  plan: MaterializablePlan | undefined,
  atMs: number | undefined,
): { readonly endsAtMs?: number } => {
  const seconds = plan?.bounds.max_wall_clock_seconds
  return seconds === undefined || atMs === undefined ? {} : { endsAtMs: atMs + seconds * 1000 }
}

export const recordVerdict = (
  to: Emitter,
  node: Node,
  { id, digest }: Pick<Approval, 'id' | 'digest'>,
  { judgement: { findings, plan }, vocabulary, materialisedAtMs }: VerdictToRecord,
): string =>
  to.emit(
    'fragment-validated',
    {
      step: node.definition.name,
      proposal: id,
      digest,
      verdict: plan === undefined ? 'rejected' : 'accepted',
      findings: [...findings],
      vocabulary,
      ...(plan === undefined ? {} : { takes: plan.takes }),
      ...(plan === undefined || Object.keys(plan.bounds).length === 0 ? {} : { bounds: plan.bounds }),
      ...fragmentEnd(plan, materialisedAtMs),
    },
    id,
  )

export const materializePlan = (
  state: TaskState,
  to: Emitter,
  node: Node,
  attempt: number,
  plan: MaterializablePlan,
  validated: string,
): void => {
  const step = node.definition.name
  const frame = createdByPlan(state, node).map((other) => other.definition)
  materialize(to, {
    origin: 'fragment',
    by: step,
    decidedBy: validated,
    steps: [...plan.steps, ...frame],
    withheld: plan.withheld,
    ...(plan.convergence === null ? {} : { attach: { convergence: plan.convergence, terminals: plan.terminals } }),
    causation: validated,
  })
  const result = { steps: plan.steps.length + plan.withheld.length, convergence: plan.convergence }
  to.emit('step-completed', { step, attempt, result: { value: result } }, validated)
}

/** Nothing more is planned: the frame goes on with what there is, and the step says why. */
export const convergeWithout = (state: TaskState, to: Emitter, node: Node, attempt: number, reason: string): void => {
  const step = node.definition.name
  materialize(to, {
    origin: 'fragment',
    by: step,
    decidedBy: node.lastEvent,
    steps: createdByPlan(state, node).map((other) => other.definition),
    causation: node.lastEvent,
  })
  const result = { steps: 0, converged: true, reason }
  to.emit('step-completed', { step, attempt, result: { value: result } }, node.lastEvent)
}
