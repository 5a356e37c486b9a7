/**
 * From what is known of a planning step to the request that a planner answers, and to what that request reserves. All
 * of it is pure: the same brief makes the same request, byte for byte.
 */
import { type Bounds, NOTHING_USED, type Usage } from '../core/bounds.js'
import type { Json, JsonObject } from '../core/json.js'
import {
  MAX_PLAN_OUTPUT_TOKENS,
  MAX_REVISED_ANSWER_CHARS,
  MIN_PLAN_OUTPUT_TOKENS,
  PLAN_BYTES_PER_TOKEN,
  PLAN_FRAMING_TOKENS,
  PLAN_TIMEOUT_MS,
} from '../core/limits.js'
import type { Planner, PlanningFacts, PlanRequest } from '../ports/planner.js'
import { ANSWER_SCHEMA } from './answer-form.js'
import { type ContextPart, contextDigestOf, contextParts, contextRecord } from './context.js'
import type { PlanningBrief, RejectedProposal } from './planning-session.js'
import { affordableOutput, highestCostOf, type Price } from './prices.js'
import { systemPart } from './system-part.js'
import { findingsPart, userPart } from './user-part.js'

/** What stays the same over all calls of one attempt: it is made once. */
export interface Prompt {
  readonly system: string
  readonly user: string
  readonly parts: ReadonlyArray<ContextPart>
  readonly contextDigest: string
  readonly facts: Omit<PlanningFacts, 'rejected'>
}

export const promptOf = (brief: PlanningBrief): Prompt => {
  const parts = contextParts(brief.context)
  return {
    system: systemPart(brief.vocabulary),
    user: userPart(brief, parts),
    parts,
    contextDigest: contextDigestOf(brief),
    facts: factsOf(brief),
  }
}

const factsOf = (brief: PlanningBrief): Prompt['facts'] => ({
  goal: brief.goal,
  frame: brief.frame,
  boundsLeft: brief.boundsLeft,
  vocabulary: brief.vocabulary,
  input: brief.context.input,
  results: brief.context.results,
  failures: brief.failures ?? null,
})

export interface Call {
  readonly step: string
  readonly call: number
  readonly answered: number
  readonly model: string
  readonly rejected: ReadonlyArray<RejectedProposal>
  /** Of the bounds, by the calls of this attempt as well. */
  readonly left: Pick<Bounds, 'max_tokens' | 'max_cost_usd'>
  readonly price: Price | undefined
}

export const requestOf = (prompt: Prompt, call: Call): PlanRequest => {
  const { step, model, rejected } = call
  const asked = {
    system: prompt.system,
    prompt: prompt.user,
    revisions: rejected.map((proposal) => ({
      answer: answerShown(proposal.answer),
      findings: findingsPart(proposal),
    })),
    schema: ANSWER_SCHEMA,
  }
  return {
    step,
    call: call.call,
    answered: call.answered,
    model,
    ...asked,
    maxOutputTokens: longestAnswer(inputEstimate(asked), call),
    timeoutMs: PLAN_TIMEOUT_MS,
    facts: { ...prompt.facts, rejected: rejected.map(({ answer, findings }) => ({ answer, findings })) },
  }
}

/** What is far too long to be a fragment is told by its beginning: its findings say how long it was. */
const answerShown = (answer: string): string =>
  answer.length <= MAX_REVISED_ANSWER_CHARS
    ? answer
    : `${answer.slice(0, MAX_REVISED_ANSWER_CHARS).replace(/[\uD800-\uDBFF]$/, '')}…`

/** As long as the bounds allow; where they allow too little, the request is made all the same, and refused by them. */
const longestAnswer = (inputTokens: number, { left, price }: Call): number => {
  const { max_tokens, max_cost_usd } = left
  const byTokens = max_tokens === undefined ? MAX_PLAN_OUTPUT_TOKENS : max_tokens - inputTokens
  const byCost =
    max_cost_usd === undefined || price === undefined
      ? MAX_PLAN_OUTPUT_TOKENS
      : affordableOutput(price, inputTokens, max_cost_usd)
  return Math.max(MIN_PLAN_OUTPUT_TOKENS, Math.min(MAX_PLAN_OUTPUT_TOKENS, byTokens, byCost))
}

/** What is recorded of a request: exactly what is sent, and in which form each part of the context was shown. */
export const recordOf = (request: PlanRequest, prompt: Prompt): JsonObject => ({
  system: request.system,
  prompt: request.prompt,
  revisions: request.revisions.map(({ answer, findings }): Json => ({ answer, findings })),
  schema: request.schema,
  max_output_tokens: request.maxOutputTokens,
  context: contextRecord(prompt.parts),
})

/**
 * What a call may use at most: itself, the input by its upper estimate, the longest answer, and their price. A planner
 * that states its own use reserves just that; a model without a price reserves none.
 */
export const reserve = (request: PlanRequest, planner: Planner, price: Price | undefined): Usage => {
  const foreseen = planner.foresee?.(request)
  if (foreseen !== undefined) {
    const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = foreseen.usage
    const tokens = inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens
    return { ...NOTHING_USED, plannerCalls: 1, tokens, costUsd: foreseen.costUsd }
  }
  const input = inputEstimate(request)
  return {
    ...NOTHING_USED,
    plannerCalls: 1,
    tokens: input + request.maxOutputTokens,
    costUsd: price === undefined ? 0 : highestCostOf(price, input, request.maxOutputTokens),
  }
}

/** Input tokens by their upper estimate. */
export const inputEstimate = (asked: Pick<PlanRequest, 'system' | 'prompt' | 'revisions' | 'schema'>): number => {
  const texts = [asked.system, asked.prompt, JSON.stringify(asked.schema)]
  const revisions = asked.revisions.flatMap(({ answer, findings }) => [answer, findings])
  const bytes = [...texts, ...revisions].reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  return Math.ceil(bytes / PLAN_BYTES_PER_TOKEN) + PLAN_FRAMING_TOKENS
}
