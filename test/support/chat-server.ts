/**
 * A local server that speaks OpenAI's chat completions, so that the planner is tested over the wire without a key or a
 * network. It refuses what such servers refuse, offers what it is told to offer, streams where it is asked to, and
 * answers from a script, one entry a request that it accepts; a request beyond the script is a fault of the test.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type ChatRequest, chatRefusal, type Offers, OPENAI } from './chat-rules.js'

export type ChatReply =
  | {
      readonly kind: 'completion'
      readonly content: string | null
      readonly refusal?: string
      readonly reasoning?: string
      readonly toolCall?: { readonly name: string; readonly arguments: string }
      readonly finishReason?: string
      readonly usage?: Readonly<Record<string, unknown>> | null
      readonly model?: string
      /** After so many pieces the stream reports an error, ends without its end, or its connection is reset. */
      readonly breaksAfter?: { readonly pieces: number; readonly how: 'reset' | 'close' | { readonly code: string } }
    }
  | {
      readonly kind: 'error'
      readonly status: number
      readonly body: unknown
      readonly headers?: Readonly<Record<string, string>>
    }
  /** Takes the request and never answers. */
  | { readonly kind: 'silence' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'redirect'; readonly to: string }
  /** A 200 whose body is these bytes. */
  | { readonly kind: 'bytes'; readonly type: string; readonly body: string | Buffer }

type Completion = Extract<ChatReply, { kind: 'completion' }>

export interface ChatReceived {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: ChatRequest
  readonly refused: boolean
}

export interface ChatServer {
  /** With `/v1`. */
  readonly url: string
  readonly received: ReadonlyArray<ChatReceived>
  close(): Promise<void>
}

export const startChatServer = async (
  script: ReadonlyArray<ChatReply>,
  offers: Partial<Offers> = {},
): Promise<ChatServer> => {
  const received: ChatReceived[] = []
  const waiting = [...script]
  const server = createServer((request, response) => {
    void answer(request, response, received, waiting, { ...OPENAI, ...offers })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  received: ChatReceived[],
  waiting: ChatReply[],
  offers: Offers,
): Promise<void> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const body: ChatRequest = JSON.parse(Buffer.concat(chunks).toString('utf8'))
  const refused = chatRefusal(request, body, offers)
  received.push({ headers: request.headers, body, refused: refused !== undefined })
  response.setHeader('x-request-id', `req_${received.length}`)
  if (refused !== undefined) return json(response, refused.status, { error: refused.error })
  const reply = waiting.shift()
  if (reply === undefined) return json(response, 500, { error: { message: 'the script has no further reply' } })
  switch (reply.kind) {
    case 'silence':
      return
    case 'reset':
      request.socket.resetAndDestroy()
      return
    case 'redirect':
      response.writeHead(307, { location: reply.to }).end()
      return
    case 'bytes':
      response.writeHead(200, { 'content-type': reply.type }).end(reply.body)
      return
    case 'error':
      for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value)
      return json(response, reply.status, reply.body)
    default:
      return body.stream === true ? streamed(request, response, body, reply) : json(response, 200, wholeOf(body, reply))
  }
}

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

const USAGE = {
  prompt_tokens: 30,
  completion_tokens: 20,
  total_tokens: 50,
  prompt_tokens_details: { cached_tokens: 10 },
}

const headOf = (body: ChatRequest, reply: Completion, object: string) => ({
  id: 'chatcmpl-1',
  object,
  created: 1_700_000_000,
  model: reply.model ?? `${String(body.model)}-2026-01-01`,
  system_fingerprint: 'fp_1',
})

const toolCallsOf = ({ toolCall }: Completion) =>
  toolCall === undefined ? {} : { tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: toolCall }] }

const wholeOf = (body: ChatRequest, reply: Completion) => ({
  ...headOf(body, reply, 'chat.completion'),
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: reply.content,
        refusal: reply.refusal ?? null,
        ...(reply.reasoning === undefined ? {} : { reasoning_content: reply.reasoning }),
        ...toolCallsOf(reply),
      },
      logprobs: null,
      finish_reason: reply.finishReason ?? 'stop',
    },
  ],
  ...(reply.usage === null ? {} : { usage: reply.usage ?? USAGE }),
})

const streamed = (request: IncomingMessage, response: ServerResponse, body: ChatRequest, reply: Completion): void => {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
  const pieces = piecesOf(body, reply)
  const { breaksAfter } = reply
  // A comment keeps a connection alive while a model thinks.
  response.write(': PROCESSING\n\n')
  for (const piece of breaksAfter === undefined ? pieces : pieces.slice(0, breaksAfter.pieces)) {
    response.write(`data: ${JSON.stringify(piece)}\n\n`)
  }
  if (breaksAfter === undefined) response.end('data: [DONE]\n\n')
  else if (breaksAfter.how === 'close') response.end()
  else if (breaksAfter.how === 'reset') {
    // The bytes must have left before the reset overtakes them.
    response.write('', () => setImmediate(() => request.socket.resetAndDestroy()))
  } else {
    const error = { message: 'it went wrong halfway', type: 'server_error', code: breaksAfter.how.code }
    response.end(`data: ${JSON.stringify({ error })}\n\n`)
  }
}

const piecesOf = (body: ChatRequest, reply: Completion): ReadonlyArray<object> => {
  const head = headOf(body, reply, 'chat.completion.chunk')
  const wantsUsage = body.stream_options !== undefined
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    ...head,
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    ...(wantsUsage ? { usage: null } : {}),
  })
  return [
    chunk({ role: 'assistant', content: '', refusal: null }),
    ...cut(reply.reasoning).map((reasoning_content) => chunk({ reasoning_content })),
    ...cut(reply.content).map((content) => chunk({ content })),
    ...cut(reply.refusal).map((refusal) => chunk({ refusal })),
    ...(reply.toolCall === undefined ? [] : [chunk(toolCallsOf(reply))]),
    chunk({}, reply.finishReason ?? 'stop'),
    ...(wantsUsage && reply.usage !== null ? [{ ...head, choices: [], usage: reply.usage ?? USAGE }] : []),
  ]
}

const cut = (text: string | null | undefined): ReadonlyArray<string> => (text ?? '').match(/[\s\S]{1,40}/gu) ?? []
