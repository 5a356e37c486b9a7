/**
 * One attempt of a planning step: ask, record, judge, and ask again with the findings, until a fragment is accepted or
 * the revisions are used up. Each call is recorded before it is made and each answer before it is judged, so that a
 * worker that dies here loses nothing but time: the next one begins with the proposal that nobody has judged yet.
 */
import { addUsage, type Bounds, NOTHING_USED, type Usage } from '../core/bounds.js'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import { MAX_RECORDED_ANSWER_CHARS, MAX_TEXT_CHARS } from '../core/limits.js'
import { storable } from '../core/validation/findings.js'
import { parseAnswer } from '../core/validation/parse-answer.js'
import { StepFailure } from '../ports/handler.js'
import type { PlanAnswer, Planner, PlanUsage } from '../ports/planner.js'
import { unfolded } from './answer-form.js'
import type { PlanningSession, Proposal, RejectedProposal } from './planning-session.js'
import { costOf, DEFAULT_MODEL, type Price, type Prices, priceOf } from './prices.js'
import { type Prompt, promptOf, recordOf, requestOf, reserve } from './prompt.js'

export interface PlanningOptions {
  /** For steps that name none; absent means `DEFAULT_MODEL`. */
  readonly model?: string
  /** The operator's own prices. */
  readonly prices?: Prices
}

/**
 * Runs one attempt; resolves when a fragment was accepted, and so materialised, by the session. Throws a `StepFailure`:
 * `plan_rejected` with the last findings, the planner's own code where a call failed (retryable where another attempt
 * may help), `model_not_named`, `price_unknown`, `aborted`, or what the session refuses.
 */
export const planStep = async (
  session: PlanningSession,
  planner: Planner,
  options: PlanningOptions = {},
): Promise<void> => {
  const { brief } = session
  const rejected = [...brief.rejected]
  if (brief.unjudged) {
    const verdict = await session.judge()
    if (verdict.verdict === 'accepted') return
    rejected.push({ answer: brief.unjudgedAnswer ?? '', findings: verdict.findings })
  }
  const asking = askingOf(session, planner, options)
  let call = brief.callsSoFar
  let answered = brief.answersSoFar ?? brief.callsSoFar
  let spent = NOTHING_USED
  while (rejected.length <= brief.maxRevisions) {
    call += 1
    const proposal = await ask(asking, { call, answered, rejected, spent })
    answered += 1
    spent = addUsage(spent, proposal.spent)
    await session.propose(proposal)
    const verdict = await session.judge()
    if (verdict.verdict === 'accepted') return
    rejected.push({ answer: proposal.raw, findings: verdict.findings, stopReason: proposal.stopReason })
  }
  throw planRejected(rejected)
}

interface Asking {
  readonly session: PlanningSession
  readonly planner: Planner
  readonly model: string
  readonly price: Price | undefined
  readonly prompt: Prompt
}

const askingOf = (session: PlanningSession, planner: Planner, options: PlanningOptions): Asking => {
  const { brief } = session
  const named = planner.model ?? brief.model ?? options.model
  if (named === undefined && planner.needsModel === true) throw modelNotNamed(brief.step)
  const model = named ?? DEFAULT_MODEL
  const price = priceOf(model, options.prices)
  const needsPrice = brief.boundsLeft.max_cost_usd !== undefined && planner.foresee === undefined
  if (needsPrice && price === undefined) {
    throw new StepFailure('price_unknown', priceUnknown(model), { retryable: false, details: { model } })
  }
  return { session, planner, model, price, prompt: promptOf(brief) }
}

const modelNotNamed = (step: string): StepFailure =>
  new StepFailure(
    'model_not_named',
    `this planner has no model of its own: name one by --model, TASKER_PLANNER_MODEL, or in the configuration of ${step}`,
    { retryable: false },
  )

const priceUnknown = (model: string): string =>
  `max_cost_usd is bound, and no price of ${model} is known: name another model, or its price under prices in the configuration`

interface Turn {
  readonly call: number
  readonly answered: number
  readonly rejected: ReadonlyArray<RejectedProposal>
  /** By the calls of this attempt; the brief knows of those before. */
  readonly spent: Usage
}

/** One call: recorded, made, and either a proposal or a recorded failure. */
const ask = async (asking: Asking, turn: Turn): Promise<Proposal> => {
  const { session, planner, model, price, prompt } = asking
  stopIfAborted(session.signal)
  const { step, boundsLeft } = session.brief
  const request = requestOf(prompt, { step, model, price, left: leftAfter(boundsLeft, turn.spent), ...turn })
  const reserves = reserve(request, planner, price)
  await session.request({
    provider: planner.provider,
    model,
    revision: turn.rejected.length,
    prompt: recordOf(request, prompt),
    contextDigest: prompt.contextDigest,
    reserves,
  })
  const answer = recordable(await planner.plan(request, session.signal))
  if (answer.kind === 'answered') return proposalOf(answer, price)
  // Nobody records an aborted call: the claim is lost, or the task is cancelled. It stays charged in full.
  stopIfAborted(session.signal)
  const { code, message, retryable, retryAfterMs, usage } = answer
  await session.failCall({
    code,
    message: storable(message),
    retryable,
    spent: usage === undefined ? reserves : spentOf(usage, price),
  })
  throw new StepFailure(code, message, { retryable, retryAfterMs })
}

/** What no record should hold is a failure, whoever answered it; it has used what it used. */
const recordable = (answer: PlanAnswer): PlanAnswer => {
  if (!isAnswer(answer)) return NO_ANSWER
  if (answer.kind === 'failed' || answer.raw.length <= MAX_RECORDED_ANSWER_CHARS) return answer
  const message = `the answer has ${answer.raw.length} characters, more than ${MAX_RECORDED_ANSWER_CHARS}`
  return { kind: 'failed', code: 'answer_too_large', message, retryable: false, usage: answer.usage }
}

/** A planner may be anybody's object: what its type promises it need not keep. */
const isAnswer = (answer: PlanAnswer): boolean => {
  if (typeof answer !== 'object' || answer === null) return false
  if (answer.kind === 'failed') return typeof answer.message === 'string' && typeof answer.code === 'string'
  return answer.kind === 'answered' && typeof answer.raw === 'string' && Number.isFinite(answer.usage?.inputTokens)
}

const NO_ANSWER: PlanAnswer = {
  kind: 'failed',
  code: 'planner_faulty',
  message: 'the planner returned what is no answer; make it by definePlanner, or return {kind, raw, …} of PlanAnswer',
  retryable: false,
}

const leftAfter = ({ max_tokens, max_cost_usd }: Bounds, spent: Usage): Bounds => ({
  ...(max_tokens === undefined ? {} : { max_tokens: max_tokens - spent.tokens }),
  ...(max_cost_usd === undefined ? {} : { max_cost_usd: max_cost_usd - spent.costUsd }),
})

const proposalOf = (answer: Answered, price: Price | undefined): Proposal => {
  const parsed = parseAnswer(answer.raw)
  const fragment = 'fragment' in parsed ? unfolded(parsed.fragment) : null
  return {
    reasoning: storable(reasoningOf(fragment)),
    raw: storable(answer.raw),
    fragment: fragment !== null && isStorable(fragment) ? fragment : null,
    ...(answer.thinking === undefined ? {} : { thinking: storable(answer.thinking) }),
    stopReason: answer.stopReason,
    ...(answer.stopDetails === undefined ? {} : { stopDetails: answer.stopDetails }),
    model: answer.model,
    tokens: answer.usage,
    spent: spentOf(answer.usage, price, answer.costUsd),
  }
}

type Answered = Extract<PlanAnswer, { kind: 'answered' }>

const reasoningOf = (fragment: JsonObject | null): string => {
  const context = fragment?.planning_context
  const reasoning = isJsonObject(context) ? context.reasoning : undefined
  // A longer one is refused by validation; the raw answer has it in full.
  return typeof reasoning === 'string' ? reasoning.slice(0, MAX_TEXT_CHARS) : ''
}

/** The log takes neither a NUL nor half of a surrogate pair, and a proposal is recorded before anybody judges it. */
const isStorable = (value: Json): boolean => {
  if (typeof value === 'string') return storable(value) === value
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, inner]: [string, Json]) => storable(key) === key && isStorable(inner))
}

/** What was used in truth: the call itself, its tokens, cached ones included, and what they cost. */
const spentOf = (usage: PlanUsage, price: Price | undefined, stated?: number): Usage => ({
  ...NOTHING_USED,
  plannerCalls: 1,
  tokens: usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens,
  costUsd: stated ?? (price === undefined ? 0 : costOf(price, usage)),
})

const stopIfAborted = (signal: AbortSignal): void => {
  if (!signal.aborted) return
  throw new StepFailure('aborted', 'the attempt was aborted while it planned', {
    retryable: true,
    cause: signal.reason,
  })
}

const planRejected = (rejected: ReadonlyArray<RejectedProposal>): StepFailure => {
  const findings = rejected.at(-1)?.findings ?? []
  const first = findings[0]
  const told = first === undefined ? '' : `: ${first.path === '' ? '' : `${first.path}: `}${first.message}`
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : ''
  return new StepFailure('plan_rejected', `${countOf(rejected.length)} rejected${told}${more}`, {
    retryable: false,
    details: { findings },
  })
}

const countOf = (proposals: number): string =>
  proposals === 1 ? 'the proposal was' : `all ${proposals} proposals were`
