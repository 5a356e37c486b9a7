/**
 * Claude as a planner, through the Messages API. One request is one call: the SDK's own retries are off, because each
 * call must be recorded before it is made.
 *
 * The answer is held to a JSON Schema by `output_config.format` and not by a strict tool: current models refuse a
 * forced tool (they always think), and an unforced one may be left out; the format constrains the answer itself, and
 * thinking stays free. What it accepts is a subset of JSON Schema, see `answer-form.ts`. Answers are streamed, for a
 * long one outlives an idle connection. The API key must never stand in an error or a log.
 */
import Anthropic from '@anthropic-ai/sdk'
import type { JsonObject } from '../core/json.js'
import { MAX_STOP_DETAIL_CHARS } from '../core/limits.js'
import { storable } from '../core/validation/findings.js'
import type { PlanAnswer, Planner, PlanRequest, PlanUsage } from '../ports/planner.js'
import { failureOf } from './anthropic-failure.js'
import { checkedKey } from './api-key.js'
import { guardedFetch } from './guarded-fetch.js'

export interface AnthropicOptions {
  readonly apiKey: string
  /** Absent means `ANTHROPIC_BASE_URL`, else Anthropic's own. */
  readonly baseURL?: string
}

/** Throws where the key could not be sent as a header; the message does not hold the key. */
export const anthropicPlanner = (options: AnthropicOptions): Planner => {
  const apiKey = checkedKey('ANTHROPIC_API_KEY', options.apiKey)
  const client = new Anthropic({
    apiKey,
    ...(options.baseURL === undefined ? {} : { baseURL: options.baseURL }),
    maxRetries: 0,
    logLevel: 'off',
    fetch: guardedFetch,
  })
  return { provider: 'anthropic', plan: (request, signal) => plan(client, apiKey, request, signal) }
}

const plan = async (
  client: Anthropic,
  apiKey: string,
  request: PlanRequest,
  signal: AbortSignal,
): Promise<PlanAnswer> => {
  const timeout = AbortSignal.timeout(request.timeoutMs)
  const stream = client.messages.stream(bodyOf(request), {
    signal: AbortSignal.any([signal, timeout]),
    timeout: request.timeoutMs,
  })
  try {
    const message = await stream.finalMessage()
    // A stream may end without its end: what came is no answer.
    if (message.stop_reason === null) throw new Anthropic.APIConnectionError({ message: 'the answer broke off' })
    return {
      kind: 'answered',
      raw: textOf(message),
      ...thinkingOf(message),
      stopReason: message.stop_reason,
      ...stopDetailsOf(message),
      model: message.model,
      usage: usageOf(message),
    }
  } catch (error) {
    return failureOf(error, {
      timedOut: timeout.aborted,
      aborted: signal.aborted,
      mask: (text) => text.replaceAll(apiKey, '***'),
    })
  }
}

const bodyOf = (request: PlanRequest): Anthropic.MessageStreamParams => ({
  model: request.model,
  max_tokens: request.maxOutputTokens,
  system: [{ type: 'text', text: request.system, cache_control: { type: 'ephemeral' } }],
  messages: [
    { role: 'user', content: request.prompt },
    ...request.revisions.flatMap(({ answer, findings }): Anthropic.MessageParam[] => [
      // The API refuses a blank text.
      { role: 'assistant', content: answer.trim() === '' ? '(no answer)' : answer },
      { role: 'user', content: findings },
    ]),
  ],
  output_config: { format: { type: 'json_schema', schema: { ...request.schema } } },
  ...(thinksAdaptively(request.model) ? { thinking: { type: 'adaptive', display: 'summarized' } } : {}),
})

/** Models from before 4.6 refuse the field; all later ones take it, and without it return no text of their thinking. */
const thinksAdaptively = (model: string): boolean => {
  const version = /^claude-[a-z]+-(\d+)(?:-(\d{1,2}))?(?:-\d{8})?$/.exec(model)
  if (version === null) return false
  const major = Number(version[1])
  return major >= 5 || (major === 4 && Number(version[2] ?? 0) >= 6)
}

const textOf = (message: Anthropic.Message): string =>
  message.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('')

const thinkingOf = (message: Anthropic.Message): { readonly thinking?: string } => {
  const thoughts = message.content.flatMap((block) =>
    block.type === 'thinking' && block.thinking !== '' ? [block.thinking] : [],
  )
  return thoughts.length === 0 ? {} : { thinking: thoughts.join('\n\n') }
}

/** Why a request was refused, as far as the provider says. */
const stopDetailsOf = ({ stop_details: details }: Anthropic.Message): { readonly stopDetails?: JsonObject } => {
  // A proxy, or an API older than the SDK, leaves it out.
  if (details === null || details === undefined) return {}
  const { type, category, explanation } = details
  const cut = (text: string | null | undefined): string | null =>
    typeof text === 'string' ? storable(text.slice(0, MAX_STOP_DETAIL_CHARS)) : null
  return { stopDetails: { type: cut(type), category: cut(category), explanation: cut(explanation) } }
}

const usageOf = ({ usage }: Anthropic.Message): PlanUsage => ({
  inputTokens: usage.input_tokens,
  outputTokens: usage.output_tokens,
  cacheReadTokens: usage.cache_read_input_tokens ?? 0,
  cacheWriteTokens: usage.cache_creation_input_tokens ?? 0,
})
