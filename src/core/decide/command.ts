/**
 * Commands: what can be asked of a task. Whatever the core may not know by itself (time, ids, chance, who asks, the
 * vocabulary) comes in with the command.
 */
import type { Bounds, Usage } from '../bounds.js'
import type { Vocabulary } from '../capability.js'
import type { Content } from '../content.js'
import type { Actor } from '../event.js'
import type { Json, JsonObject } from '../json.js'
import type { Outcome } from '../outcome.js'
import type { Template } from '../template.js'
import type { PlanTokens } from './plan-tokens.js'

/** What every command brings along. */
export interface Envelope {
  /** uuid v7; the ids of the events that follow are made from it. */
  readonly id: string
  readonly nowMs: number
  /** 0 ≤ random < 1. */
  readonly random: number
  readonly actor: Actor
  /** What led to the command, where it is no event of this task. */
  readonly causation?: string
  readonly trace?: string
}

export type Command =
  | CreateTask
  | Advance
  | StartStep
  | ReportOutcome
  | SaveCheckpoint
  | LoseAttempts
  | RetryDue
  | RequestPlan
  | ProposeFragment
  | FailPlan
  | JudgeFragment
  | VoteGate
  | ExpireGate
  | EditPlan
  | CancelTask
  | PauseTask
  | ResumeTask
  | RecordLateResult
  | RetryStepNow
  | ResetStep
  | ResolveStep
  | CompleteStep
  | SkipStep
  | ChangePriority
  | WakeStep
  | ReceiveSignal
  | ConfirmChild
  | EndChild
  | ConfirmDelivery
  | FailBlockedTask
  | PassDeadline

export interface CreateTask {
  readonly type: 'create-task'
  readonly template: Template
  readonly input: Content
  readonly priority: number
  readonly vocabulary: string
  readonly correlation: string
  readonly parentCorrelation?: string
  readonly identity?: string
  readonly parent?: { readonly task: string; readonly step: string }
}

/** Decides all that follows from the state as it is: enqueues what is ready, skips, revives, closes or blocks the task. */
export interface Advance {
  readonly type: 'advance'
}

/** The claim of an enqueued step by a worker's session. */
export interface StartStep {
  readonly type: 'start-step'
  readonly step: number
  readonly attempt: number
  readonly enqueue: number
  readonly session: number
  readonly worker: string
  readonly handlerVersion?: string
}

export interface ReportOutcome {
  readonly type: 'report-outcome'
  readonly step: number
  readonly attempt: number
  readonly outcome: Outcome
  /** Digest of what a gate shows; only for `gate-opened`. */
  readonly digest?: string
}

export interface SaveCheckpoint {
  readonly type: 'save-checkpoint'
  readonly step: number
  readonly attempt: number
  readonly checkpoint: Json
}

/** Every attempt that a session holds in this task is lost; `drained` when it gave them back by itself. */
export interface LoseAttempts {
  readonly type: 'lose-attempts'
  readonly session: number
  readonly drained: boolean
}

export interface RetryDue {
  readonly type: 'retry-due'
  readonly step: number
  readonly attempt: number
}

interface OfPlanningAttempt {
  readonly step: number
  readonly attempt: number
}

export interface RequestPlan extends OfPlanningAttempt {
  readonly type: 'request-plan'
  readonly provider: string
  readonly model: string
  readonly revision: number
  readonly prompt: Content
  readonly contextDigest: string
  readonly vocabulary: string
  readonly reserves: Usage
}

export interface ProposeFragment extends OfPlanningAttempt {
  readonly type: 'propose-fragment'
  readonly reasoning: string
  readonly raw: Content
  readonly fragment: Content | null
  readonly digest: string
  readonly thinking?: Content
  readonly stopReason: string
  readonly model: string
  readonly tokens: PlanTokens
  readonly spent: Usage
}

export interface FailPlan extends OfPlanningAttempt {
  readonly type: 'fail-plan'
  readonly code: string
  readonly message: string
  readonly retryable: boolean
  readonly spent: Usage
}

/** Judges the proposal that waits, as it was recorded; the caller has fetched its text and fragment by their digests. */
export interface JudgeFragment extends OfPlanningAttempt {
  readonly type: 'judge-fragment'
  readonly raw: string
  /** Null where the answer was no JSON object. */
  readonly fragment: JsonObject | null
  readonly vocabulary: Vocabulary
}

export interface VoteGate {
  readonly type: 'vote-gate'
  readonly step: string
  readonly vote: 'approve' | 'reject'
  readonly comment: string | null
  /** Groups of the voter, from the configuration. */
  readonly groups: ReadonlyArray<string>
  /** What the voter was shown, where they say; another digest is refused. */
  readonly digest?: string
  /** For the approval of a plan, which is judged once more by it. */
  readonly plan?: JudgedPlan
  /** For a planner that may not go on: what is allowed from now on. */
  readonly bounds?: Bounds
}

/** A recorded fragment as the caller fetched it by its digest. */
export interface JudgedPlan {
  readonly raw: string
  readonly fragment: JsonObject | null
  readonly vocabulary: Vocabulary
}

/** A person's own proposal in place of one that waits for approval. */
export interface EditPlan {
  readonly type: 'edit-plan'
  readonly step: string
  readonly reasoning: string
  readonly raw: Content
  readonly fragment: Content
  readonly digest: string
  readonly plan: JudgedPlan
}

export interface ExpireGate {
  readonly type: 'expire-gate'
  readonly step: number
}

export interface CancelTask {
  readonly type: 'cancel-task'
  readonly reason: string | null
}

export interface PauseTask {
  readonly type: 'pause-task'
  readonly reason: string | null
}

export interface ResumeTask {
  readonly type: 'resume-task'
  readonly reason: string | null
}

/** What an attempt reported after it was no longer its step's: kept as evidence, and nothing else. */
export interface RecordLateResult {
  readonly type: 'record-late-result'
  readonly step: number
  readonly attempt: number
  readonly outcome: string
}

interface OnStep {
  readonly step: string
  readonly reason: string | null
}

/** A step that waits for its retry is enqueued at once. */
export interface RetryStepNow extends OnStep {
  readonly type: 'retry-step-now'
}

/** A step that failed, or was settled by hand, starts anew: its failures are forgotten, its attempts go on counting. */
export interface ResetStep extends OnStep {
  readonly type: 'reset-step'
}

/** A step that has not completed counts as satisfied, with a null result. */
export interface ResolveStep extends OnStep {
  readonly type: 'resolve-step'
}

/** The same with a result that a person gives. */
export interface CompleteStep extends OnStep {
  readonly type: 'complete-step'
  readonly result: Content
}

/** A step that has not completed counts as absent. */
export interface SkipStep extends OnStep {
  readonly type: 'skip-step'
}

export interface ChangePriority {
  readonly type: 'change-priority'
  readonly priority: number
  readonly reason: string | null
}

/** The time that a step waited for has come. */
export interface WakeStep {
  readonly type: 'wake-step'
  readonly step: number
}

/** A signal from outside; one with an id that was seen before changes nothing. */
export interface ReceiveSignal {
  readonly type: 'receive-signal'
  readonly id: string
  readonly name: string
  readonly payload: Json
}

/** The task that a step requested exists. */
export interface ConfirmChild {
  readonly type: 'confirm-child'
  readonly child: string
  readonly step: number
}

/** The task that a step waits for has ended; said again, it changes nothing. */
export interface EndChild {
  readonly type: 'end-child'
  readonly step: string
  readonly child: string
  readonly status: string
  readonly result: Content
}

/** A command to another task was decided there: its row is no longer due. */
export interface ConfirmDelivery {
  readonly type: 'confirm-delivery'
  readonly key: string
}

/** The time that a blocked task may wait for an operator is over. */
export interface FailBlockedTask {
  readonly type: 'fail-blocked-task'
}

export interface PassDeadline {
  readonly type: 'pass-deadline'
}

/** A refusal is a value with a name: the command changed nothing, and this is why. */
export interface Refusal {
  readonly code: RefusalCode
  readonly message: string
  readonly details?: Json
}

export type RefusalCode =
  | 'task_exists'
  | 'task_unknown'
  | 'task_closed'
  | 'task_paused'
  | 'task_not_paused'
  | 'task_not_blocked'
  | 'step_unknown'
  | 'not_enqueued'
  | 'stale_attempt'
  | 'not_waiting'
  | 'no_proposal'
  | 'bounds_exceeded'
  | 'step_in_progress'
  | 'step_settled'
  | 'step_not_settled'
  | 'already_converged'
  | 'not_resettable'
  | 'gate_not_open'
  | 'gate_needs_plan'
  | 'gate_changed'
  | 'not_in_group'
  | 'already_voted'
