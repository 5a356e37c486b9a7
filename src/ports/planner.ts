/**
 * A planner answers one request with one answer, once: it neither retries nor judges. What came back is recorded as it
 * came, and then judged by the core.
 */
import type { Bounds } from '../core/bounds.js'
import type { Vocabulary } from '../core/capability.js'
import type { Finding } from '../core/finding.js'
import type { Frame } from '../core/frame.js'
import type { Json, JsonObject } from '../core/json.js'

export interface PlanRequest {
  /** The planning step's materialised name. */
  readonly step: string
  /** The number of this call within its step, from 1. */
  readonly call: number
  /** Answers of this step that were recorded before this call, over all its attempts. */
  readonly answered: number
  readonly model: string
  /** The system part, stable across calls, so that a provider can cache it. */
  readonly system: string
  /** The goal, the bounds left and the context, results marked as data. */
  readonly prompt: string
  /** Earlier answers of this step with what validation found, oldest first. */
  readonly revisions: ReadonlyArray<{ readonly answer: string; readonly findings: string }>
  /** JSON Schema of the answer: a fragment whose open objects are written as JSON text (`answer-form.ts`). */
  readonly schema: JsonObject
  readonly maxOutputTokens: number
  readonly timeoutMs: number
  /** What the prompt tells in words, for a planner that reckons with it. */
  readonly facts: PlanningFacts
}

/** What is known when a planning step is planned, as values. */
export interface PlanningFacts {
  readonly goal: string
  /** The steps around the planning step; a fragment may depend on those that precede it. */
  readonly frame: Frame
  /** What is left of the bounds for this phase. */
  readonly boundsLeft: Bounds
  readonly vocabulary: Vocabulary
  readonly input: Json
  /** Whole results by materialised name: those that `context_from` selects, or of all steps that precede this one. */
  readonly results: Readonly<Record<string, Json>>
  /** What failed of an earlier plan, in whose place this one comes. */
  readonly failures: Json
  /** Proposals of this step that were rejected, oldest first. */
  readonly rejected: ReadonlyArray<{ readonly answer: string; readonly findings: ReadonlyArray<Finding> }>
}

export interface PlanUsage {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cacheReadTokens: number
  readonly cacheWriteTokens: number
}

export type PlanAnswer =
  | {
      readonly kind: 'answered'
      /** The exact text of the answer, valid or not. */
      readonly raw: string
      /** What the provider offered of the model's thinking, if anything. */
      readonly thinking?: string
      /** In the words of the Messages API where there is one: `end_turn`, `max_tokens`, `refusal`, `tool_use`, … */
      readonly stopReason: string
      /** What the provider says of a refusal: its category, its explanation. For people; a planner is not told. */
      readonly stopDetails?: JsonObject
      readonly model: string
      readonly usage: PlanUsage
      /** Where the provider states the price of its own answers (`recorded`, `rules`). */
      readonly costUsd?: number
    }
  | {
      readonly kind: 'failed'
      /** `rate_limited`, `overloaded`, `timeout`, `unavailable`, `refused`, `no_recorded_answer`, `bad_request`, … */
      readonly code: string
      readonly message: string
      readonly retryable: boolean
      readonly retryAfterMs?: number
      /** Absent where nobody knows what the call used: it then stays charged in full. */
      readonly usage?: PlanUsage
    }

export interface Planner {
  /** `anthropic`, `openai`, `recorded`, `rules`, … */
  readonly provider: string
  /** What answers, where that is no matter of choice: recorded in the place of a model. */
  readonly model?: string
  /** It has no model of its own: the step or the operator has to name one. */
  readonly needsModel?: boolean
  /**
   * What the call will use and cost, where the planner itself states it (`recorded`, `rules`): no estimate is made then
   * and no price is needed.
   */
  foresee?(request: PlanRequest): { readonly usage: PlanUsage; readonly costUsd: number }
  plan(request: PlanRequest, signal: AbortSignal): Promise<PlanAnswer>
}
