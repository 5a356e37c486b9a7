/**
 * Any endpoint that speaks OpenAI's chat completions as a planner: OpenAI's own, and servers of local models (vLLM,
 * llama.cpp, Ollama, LM Studio, …). One request is one call. What an endpoint does not know (a schema for the answer,
 * streaming, a name of the limit) it refuses before any model runs; the same call is then made in the next simpler
 * form, and that form is kept (`openai-dialect.ts`). The API key must never stand in an error or a log.
 */
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import type { PlanAnswer, Planner, PlanRequest } from '../ports/planner.js'
import { checkedKey } from './api-key.js'
import { guardedFetch } from './guarded-fetch.js'
import { beginning, completed, take } from './openai-completion.js'
import { type Dialect, firstDialect, simpler } from './openai-dialect.js'
import { EndpointRefusal, failureOf, StreamFault } from './openai-failure.js'
import { strictSchema } from './openai-schema.js'
import { serverSentData } from './server-sent-data.js'

export interface OpenAiOptions {
  /** Absent for an endpoint that wants none. */
  readonly apiKey?: string
  /** With its path: `http://127.0.0.1:8080/v1`. Absent means OpenAI's own. */
  readonly baseURL?: string
}

const OPENAI_URL = 'https://api.openai.com/v1'

interface Endpoint {
  readonly url: URL
  readonly apiKey: string | undefined
  /** What each model was found to take. */
  readonly dialects: Map<string, Dialect>
}

/** Throws where the key could not be sent as a header or the URL is none; the message does not hold the key. */
export const openAiPlanner = (options: OpenAiOptions = {}): Planner => {
  const apiKey = options.apiKey === undefined ? undefined : checkedKey('OPENAI_API_KEY', options.apiKey)
  const endpoint = { url: completionsOf(options.baseURL ?? OPENAI_URL), apiKey, dialects: new Map() }
  return { provider: 'openai', needsModel: true, plan: (request, signal) => plan(endpoint, request, signal) }
}

const completionsOf = (baseURL: string): URL => {
  const url = URL.canParse(baseURL) ? new URL(baseURL) : undefined
  if (
    url === undefined ||
    !/^https?:$/.test(url.protocol) ||
    url.username !== '' ||
    url.search !== '' ||
    url.hash !== ''
  ) {
    throw new Error(
      'the base URL of an OpenAI-compatible endpoint is http(s)://HOST[:PORT]/PATH, as http://127.0.0.1:8080/v1',
    )
  }
  return new URL(`${url.href.replace(/\/+$/, '')}/chat/completions`)
}

const plan = async (endpoint: Endpoint, request: PlanRequest, signal: AbortSignal): Promise<PlanAnswer> => {
  const timeout = AbortSignal.timeout(request.timeoutMs)
  const both = AbortSignal.any([signal, timeout])
  try {
    for (;;) {
      const dialect = endpoint.dialects.get(request.model) ?? firstDialect(endpoint.url)
      const response = await send(endpoint, bodyOf(request, dialect), both)
      if (response.ok) return await answerOf(response, request)
      const refusal = await EndpointRefusal.read(response)
      const next = simpler(dialect, refusal)
      if (next === undefined) throw refusal
      endpoint.dialects.set(request.model, next)
    }
  } catch (error) {
    const mask = (text: string): string =>
      endpoint.apiKey === undefined ? text : text.replaceAll(endpoint.apiKey, '***')
    return failureOf(error, { timedOut: timeout.aborted, aborted: signal.aborted, mask })
  }
}

const send = ({ url, apiKey }: Endpoint, body: JsonObject, signal: AbortSignal): Promise<Response> =>
  guardedFetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream, application/json',
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    },
    body: JSON.stringify(body),
    signal,
  })

const bodyOf = (request: PlanRequest, { format, limit, streams }: Dialect): JsonObject => ({
  model: request.model,
  messages: messagesOf(request, format),
  [limit]: request.maxOutputTokens,
  ...(streams === 'not' ? {} : { stream: true }),
  ...(streams === 'with_usage' ? { stream_options: { include_usage: true } } : {}),
  ...(format === 'text' ? {} : { response_format: formatOf(request, format) }),
})

const formatOf = ({ schema }: PlanRequest, format: 'json_schema' | 'json_object'): JsonObject =>
  format === 'json_object'
    ? { type: 'json_object' }
    : { type: 'json_schema', json_schema: { name: 'fragment', strict: true, schema: strictSchema(schema) } }

/** Where the answer is not held to the schema, the model is at least shown it. */
const messagesOf = ({ system, prompt, revisions, schema }: PlanRequest, format: Dialect['format']): Json => [
  {
    role: 'system',
    content:
      format === 'json_schema' ? system : `${system}\n\nThe JSON Schema of your answer: ${JSON.stringify(schema)}`,
  },
  { role: 'user', content: prompt },
  ...revisions.flatMap(
    ({ answer, findings }): ReadonlyArray<JsonObject> => [
      // Some servers refuse a blank text.
      { role: 'assistant', content: answer.trim() === '' ? '(no answer)' : answer },
      { role: 'user', content: findings },
    ],
  ),
]

/** A server that does not stream answers with the whole completion, which is read as a stream of one piece. */
const answerOf = async (response: Response, request: PlanRequest): Promise<PlanAnswer> => {
  const completion = beginning()
  for await (const piece of piecesOf(response)) take(completion, piece)
  return completed(completion, request)
}

async function* piecesOf(response: Response): AsyncGenerator<JsonObject> {
  const isStream = response.headers.get('content-type')?.includes('text/event-stream') ?? false
  const texts = isStream ? serverSentData(response) : [await response.text()]
  for await (const text of texts) {
    if (text === '[DONE]') return
    const piece = parsed(text)
    if (!isJsonObject(piece)) throw new StreamFault('the endpoint answered with something else than a chat completion')
    if (piece.error !== undefined && piece.error !== null) throw EndpointRefusal.within(piece)
    yield piece
  }
}

const parsed = (text: string): Json => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new StreamFault('the endpoint answered with something that is no JSON', { cause: error })
  }
}
