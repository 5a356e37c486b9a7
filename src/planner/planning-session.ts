/**
 * What the planner's loop may do to the log while it runs one attempt of a planning step, and what it knows when it
 * starts. The worker provides it; the loop itself never sees an engine.
 */
import type { Bounds, Usage } from '../core/bounds.js'
import type { Vocabulary } from '../core/capability.js'
import type { Finding } from '../core/finding.js'
import type { Frame } from '../core/frame.js'
import type { Json, JsonObject } from '../core/json.js'
import type { PlanUsage } from '../ports/planner.js'

export interface PlanningBrief {
  /** Materialised name of the planning step. */
  readonly step: string
  readonly goal: string
  /** From the step's configuration, where it says. */
  readonly model?: string
  readonly maxRevisions: number
  readonly frame: Frame
  readonly vocabulary: Vocabulary
  /** What is left of the bounds for this phase, calls under way subtracted. */
  readonly boundsLeft: Bounds
  /** The task's input and the results of the steps that `context_from` selects, or of all that precede the step. */
  readonly context: { readonly input: Json; readonly results: Readonly<Record<string, Json>> }
  /** What failed of an earlier plan, in whose place this step plans anew. */
  readonly failures?: Json
  /** Rejected proposals of this step, oldest first. */
  readonly rejected: ReadonlyArray<RejectedProposal>
  /** A proposal that was recorded, but not judged, before the worker that made it died. */
  readonly unjudged: boolean
  /** The raw answer of that proposal, for the revision that may follow it. */
  readonly unjudgedAnswer?: string
  /** Calls that this step has requested, answered or not, over all its attempts: the next one is this plus one. */
  readonly callsSoFar: number
  /** Proposals recorded for this step over all its attempts and resets; absent means as many as calls. */
  readonly answersSoFar?: number
}

export interface RejectedProposal {
  readonly answer: string
  readonly findings: ReadonlyArray<Finding>
  /** Why the model stopped; tells a truncated or refused answer from a wrong one. */
  readonly stopReason?: string
}

export interface PlanCall {
  readonly provider: string
  readonly model: string
  readonly revision: number
  /** System, prompt, revisions and schema, as they are sent, and in which form each part of the context is shown. */
  readonly prompt: JsonObject
  readonly contextDigest: string
  readonly reserves: Usage
}

export interface Proposal {
  readonly reasoning: string
  /** The answer as it came. */
  readonly raw: string
  /**
   * What is judged: the parsed answer, with objects where they were written as JSON text (`answer-form.ts`). Null where
   * the answer is no JSON object, or holds what cannot be recorded (a NUL, half of a surrogate pair).
   */
  readonly fragment: JsonObject | null
  readonly thinking?: string
  readonly stopReason: string
  readonly stopDetails?: JsonObject
  readonly model: string
  readonly tokens: PlanUsage
  readonly spent: Usage
}

export type Verdict =
  | { readonly verdict: 'accepted' }
  | { readonly verdict: 'rejected'; readonly findings: ReadonlyArray<Finding> }

export interface PlanningSession {
  readonly brief: PlanningBrief
  readonly signal: AbortSignal
  /** Appends `plan-requested`; a bound that it would pass is thrown as a `StepFailure` (`bounds_exceeded`). */
  request(call: PlanCall): Promise<void>
  /** Appends `fragment-proposed`, before anybody judges it. */
  propose(proposal: Proposal): Promise<void>
  /** Appends `plan-failed`: the reservation is settled to what was spent. */
  failCall(failure: {
    readonly code: string
    readonly message: string
    readonly retryable: boolean
    readonly spent: Usage
  }): Promise<void>
  /** Judges the last proposal: appends `fragment-validated` and, if accepted, all that it materialises. */
  judge(): Promise<Verdict>
}
