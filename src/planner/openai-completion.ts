/**
 * A chat completion as it is put together, from one piece or from many. Nothing in it is believed for its place alone:
 * what is no text is no answer, what is no count of tokens is none, and a completion without its end broke off.
 */
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import { MAX_STOP_DETAIL_CHARS } from '../core/limits.js'
import { storable } from '../core/validation/findings.js'
import type { PlanAnswer, PlanRequest, PlanUsage } from '../ports/planner.js'
import { StreamFault } from './openai-failure.js'
import { inputEstimate } from './prompt.js'

export interface Completion {
  readonly content: string[]
  readonly refusal: string[]
  readonly reasoning: string[]
  finish: string | undefined
  model: string | undefined
  usage: PlanUsage | undefined
}

export const beginning = (): Completion => ({
  content: [],
  refusal: [],
  reasoning: [],
  finish: undefined,
  model: undefined,
  usage: undefined,
})

/** Takes a chunk of a stream, or a whole completion. One choice was asked for; another one is nobody's answer. */
export const take = (completion: Completion, piece: JsonObject): void => {
  if (typeof piece.model === 'string' && piece.model !== '') completion.model = piece.model
  completion.usage = usageOf(piece.usage) ?? completion.usage
  const choice = choicesOf(piece).find(({ index }) => index === 0 || index === undefined)
  if (choice === undefined) return
  const said = isJsonObject(choice.delta) ? choice.delta : isJsonObject(choice.message) ? choice.message : {}
  completion.content.push(...textsOf(said.content))
  completion.refusal.push(...textsOf(said.refusal))
  // Named differently by those who offer it.
  completion.reasoning.push(...textsOf(said.reasoning_content ?? said.reasoning))
  if (typeof choice.finish_reason === 'string') completion.finish = choice.finish_reason
}

const choicesOf = ({ choices }: JsonObject): ReadonlyArray<JsonObject> =>
  Array.isArray(choices) ? choices.filter(isJsonObject) : []

const textsOf = (value: Json | undefined): ReadonlyArray<string> => {
  if (typeof value === 'string') return [value]
  if (!Array.isArray(value)) return []
  return value.flatMap((part: Json) => (isJsonObject(part) && typeof part.text === 'string' ? [part.text] : []))
}

/** Throws a `StreamFault` where the completion has no end. */
export const completed = (completion: Completion, request: PlanRequest): PlanAnswer => {
  const { finish, model, usage } = completion
  if (finish === undefined) throw new StreamFault('the answer broke off')
  const thinking = completion.reasoning.join('')
  const refusal = completion.refusal.join('')
  return {
    kind: 'answered',
    raw: completion.content.join(''),
    ...(thinking === '' ? {} : { thinking }),
    stopReason: refusal === '' ? (STOP_REASONS[finish] ?? finish) : 'refusal',
    ...(refusal === ''
      ? {}
      : { stopDetails: { type: 'refusal', explanation: storable(refusal.slice(0, MAX_STOP_DETAIL_CHARS)) } }),
    model: model ?? request.model,
    usage: usage ?? usedAtMost(request),
  }
}

const STOP_REASONS: Readonly<Record<string, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  content_filter: 'content_filter',
  tool_calls: 'tool_use',
  function_call: 'tool_use',
}

/** Not every server tells; what nobody told is charged in full, as it was reserved. */
const usedAtMost = (request: PlanRequest): PlanUsage => ({
  inputTokens: inputEstimate(request),
  outputTokens: request.maxOutputTokens,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
})

/** OpenAI counts cached tokens among those of the prompt, and those of reasoning among those of the completion. */
const usageOf = (usage: Json | undefined): PlanUsage | undefined => {
  if (!isJsonObject(usage)) return undefined
  const { prompt_tokens: prompt, completion_tokens: completion, prompt_tokens_details: details } = usage
  if (!isCount(prompt) || !isCount(completion)) return undefined
  const said = isJsonObject(details) ? details.cached_tokens : undefined
  const cached = isCount(said) ? Math.min(said, prompt) : 0
  return { inputTokens: prompt - cached, outputTokens: completion, cacheReadTokens: cached, cacheWriteTokens: 0 }
}

const isCount = (value: Json | undefined): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
