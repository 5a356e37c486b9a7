/**
 * What the Messages API refuses, as far as a planner could run into it: a missing key or version, messages that do not
 * alternate or are blank, a prefilled answer, and an output schema outside the subset that it can hold an answer to.
 */
import type { IncomingMessage } from 'node:http'

export interface WireBlock {
  readonly type: string
  readonly text?: string
  readonly cache_control?: { readonly type: string }
}

export interface WireRequest {
  readonly model: string
  readonly max_tokens: number
  readonly stream?: boolean
  readonly system?: string | ReadonlyArray<WireBlock>
  readonly messages: ReadonlyArray<{ readonly role: string; readonly content: string | ReadonlyArray<WireBlock> }>
  readonly output_config?: { readonly format?: { readonly type: string; readonly schema: unknown } }
  readonly thinking?: { readonly type: string; readonly display?: string }
  readonly tools?: unknown
  readonly tool_choice?: unknown
}

export interface Refusal {
  readonly status: number
  readonly type: string
  readonly message: string
}

export const refusalOf = (request: IncomingMessage, body: WireRequest): Refusal | undefined => {
  if (request.method !== 'POST' || request.url !== '/v1/messages') {
    return { status: 404, type: 'not_found_error', message: `${request.method} ${request.url} is not found` }
  }
  const { authorization, 'x-api-key': key } = request.headers
  if (key === undefined && !authorization?.startsWith('Bearer ')) {
    return { status: 401, type: 'authentication_error', message: 'x-api-key or Authorization header is required' }
  }
  const problem =
    request.headers['anthropic-version'] === undefined
      ? 'anthropic-version: header is required'
      : (messageProblem(body) ?? schemaProblem(body.output_config?.format?.schema))
  return problem === undefined ? undefined : { status: 400, type: 'invalid_request_error', message: problem }
}

const messageProblem = (body: WireRequest): string | undefined => {
  if (!(body.max_tokens >= 1)) return 'max_tokens: must be greater than or equal to 1'
  for (const [index, message] of body.messages.entries()) {
    if (message.role !== (index % 2 === 0 ? 'user' : 'assistant')) return 'messages: roles must alternate'
    const texts = typeof message.content === 'string' ? [message.content] : message.content.map((block) => block.text)
    if (texts.some((text) => (text ?? '').trim() === '')) return 'messages: text content blocks must be non-empty'
  }
  return body.messages.at(-1)?.role === 'user' ? undefined : 'This model does not support assistant message prefill.'
}

const KNOWN = [
  'type',
  'description',
  'title',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'enum',
  'const',
]
const MAX_OPTIONAL = 24

/** The subset of JSON Schema that structured outputs accept, without references and unions, which we do not use. */
export const schemaProblem = (schema: unknown): string | undefined => {
  if (schema === undefined) return undefined
  const found = problemsOf(schema, 'output_config.format.schema')
  if (found.problems.length > 0) return found.problems[0]
  return found.optional > MAX_OPTIONAL ? 'The compiled grammar is too large' : undefined
}

interface Found {
  readonly problems: ReadonlyArray<string>
  readonly optional: number
}

const problemsOf = (schema: unknown, path: string): Found => {
  if (typeof schema !== 'object' || schema === null) return { problems: [`${path}: must be an object`], optional: 0 }
  const { type, properties, required, additionalProperties, items, enum: values } = schema as Record<string, unknown>
  const problems = Object.keys(schema)
    .filter((key) => !KNOWN.includes(key))
    .map((key) => `${path}: property '${key}' is not supported`)
  if (type === undefined && values === undefined) problems.push(`${path}: must have a type`)
  const inner: Found[] = items === undefined ? [] : [problemsOf(items, `${path}.items`)]
  let optional = 0
  if (type === 'object') {
    if (additionalProperties !== false) {
      problems.push(`${path}: for 'object' type, 'additionalProperties' must be explicitly set to false`)
    }
    const members = Object.entries(properties ?? {})
    optional = members.filter(([key]) => !(Array.isArray(required) && required.includes(key))).length
    inner.push(...members.map(([key, member]) => problemsOf(member, `${path}.${key}`)))
  }
  return {
    problems: [...problems, ...inner.flatMap((found) => found.problems)],
    optional: inner.reduce((sum, found) => sum + found.optional, optional),
  }
}
