/**
 * What endpoints of chat completions refuse, as far as a planner could run into it, in OpenAI's words: a missing key, a
 * blank message, two names for one limit, a schema outside of the strict form, and whatever this server does not offer.
 */
import type { IncomingMessage } from 'node:http'

export interface ChatRequest {
  readonly model?: unknown
  readonly messages?: ReadonlyArray<{ readonly role: string; readonly content: unknown }>
  readonly max_tokens?: unknown
  readonly max_completion_tokens?: unknown
  readonly stream?: unknown
  readonly stream_options?: unknown
  readonly response_format?: { readonly type: string; readonly json_schema?: { readonly schema?: unknown } }
  readonly tools?: unknown
}

/** What a server knows; OpenAI's knows all of it but `max_tokens` on newer models. */
export interface Offers {
  readonly key: boolean
  readonly formats: ReadonlyArray<string>
  readonly limits: ReadonlyArray<string>
  readonly streaming: 'with_usage' | 'without_usage' | 'not'
}

export const OPENAI: Offers = {
  key: true,
  formats: ['json_schema', 'json_object'],
  limits: ['max_completion_tokens', 'max_tokens'],
  streaming: 'with_usage',
}

export interface ChatRefusal {
  readonly status: number
  readonly error: {
    readonly message: string
    readonly type: string
    readonly param: string | null
    readonly code: string | null
  }
}

export const chatRefusal = (request: IncomingMessage, body: ChatRequest, offers: Offers): ChatRefusal | undefined => {
  if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
    return refusal(404, `Unknown request URL: ${request.method} ${request.url}`, null, 'unknown_url')
  }
  if (offers.key && !/^Bearer \S+$/.test(request.headers.authorization ?? '')) {
    return refusal(401, "You didn't provide an API key.", null, 'invalid_api_key')
  }
  if (typeof body.model !== 'string') return refusal(400, 'you must provide a model parameter', 'model')
  return (
    messageRefusal(body) ?? limitRefusal(body, offers) ?? streamRefusal(body, offers) ?? formatRefusal(body, offers)
  )
}

const refusal = (status: number, message: string, param: string | null, code: string | null = null): ChatRefusal => ({
  status,
  error: { message, type: 'invalid_request_error', param, code },
})

const messageRefusal = ({ messages = [] }: ChatRequest): ChatRefusal | undefined => {
  const roles = messages.map(({ role }) => role)
  if (
    roles[0] !== 'system' ||
    roles.slice(1).some((role, index) => role !== (index % 2 === 0 ? 'user' : 'assistant'))
  ) {
    return refusal(400, `Conversation roles must alternate: ${roles.join(', ')}`, 'messages')
  }
  const blank = messages.some(({ content }) => typeof content !== 'string' || content.trim() === '')
  return blank ? refusal(400, 'messages: content must be a non-empty string', 'messages') : undefined
}

const limitRefusal = (body: ChatRequest, { limits }: Offers): ChatRefusal | undefined => {
  const given = (['max_tokens', 'max_completion_tokens'] as const).filter((name) => body[name] !== undefined)
  if (given.length > 1)
    return refusal(400, "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.", null)
  const [name = 'max_tokens'] = given
  if (given.length === 1 && !limits.includes(name)) {
    const message = `Unsupported parameter: '${name}' is not supported with this model. Use '${limits[0]}' instead.`
    return refusal(400, message, name, 'unsupported_parameter')
  }
  const value = body[name]
  return typeof value === 'number' && value >= 1 ? undefined : refusal(400, `Invalid '${name}'`, name)
}

const streamRefusal = (body: ChatRequest, { streaming }: Offers): ChatRefusal | undefined => {
  if (body.stream === true && streaming === 'not') return refusal(400, 'Streaming is not supported.', 'stream')
  if (body.stream_options === undefined) return undefined
  if (body.stream !== true)
    return refusal(400, "The 'stream_options' parameter is only allowed when 'stream' is enabled.", 'stream_options')
  return streaming === 'with_usage'
    ? undefined
    : refusal(422, "Extra inputs are not permitted: 'stream_options'", 'stream_options')
}

const formatRefusal = (
  { response_format: format, messages }: ChatRequest,
  { formats }: Offers,
): ChatRefusal | undefined => {
  if (format === undefined) return undefined
  if (!formats.includes(format.type)) {
    const message = `Invalid parameter: 'response_format' of type '${format.type}' is not supported with this model.`
    return refusal(400, message, 'response_format')
  }
  if (format.type === 'json_object') {
    return JSON.stringify(messages).includes('JSON')
      ? undefined
      : refusal(
          400,
          "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
          'messages',
        )
  }
  const problem = strictProblem(format.json_schema?.schema, '')
  return problem === undefined
    ? undefined
    : refusal(400, `Invalid schema for response_format 'fragment': ${problem}`, 'response_format')
}

const KNOWN = [
  'type',
  'description',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'enum',
  'const',
  'anyOf',
]

/** The rules of strict mode: objects closed, every key required, no keyword that the decoder does not know. */
export const strictProblem = (schema: unknown, place: string): string | undefined => {
  if (typeof schema !== 'object' || schema === null) return `In context=(${place}), no schema`
  const unknown = Object.keys(schema).find((key) => !KNOWN.includes(key))
  if (unknown !== undefined) return `In context=(${place}), '${unknown}' is not permitted.`
  const { type, properties, required, additionalProperties, items } = schema as Readonly<Record<string, unknown>>
  if (type === undefined) return `In context=(${place}), schema must have a 'type' key.`
  if (type === 'array') return strictProblem(items, `${place}.items`)
  if (type !== 'object') return undefined
  if (additionalProperties !== false)
    return `In context=(${place}), 'additionalProperties' is required to be supplied and to be false.`
  const inner = Object.entries((properties ?? {}) as Readonly<Record<string, unknown>>)
  const names = Array.isArray(required) ? required : []
  const missing = inner.find(([name]) => !names.includes(name))
  if (missing !== undefined)
    return `In context=(${place}), 'required' is required to include every key in properties. Missing '${missing[0]}'.`
  return inner
    .map(([name, property]) => strictProblem(property, `${place}.${name}`))
    .find((problem) => problem !== undefined)
}
