/**
 * A local server that speaks Anthropic's Messages API, so that the real SDK can be tested without a key or a network.
 * It refuses what the API refuses (version, key, blank texts, an unsupported schema), streams where it is asked to, and
 * answers from a script, one entry a request; a request beyond the script is a fault of the test.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { refusalOf, type WireRequest } from './messages-rules.js'

export interface ScriptedUsage {
  readonly input_tokens?: number
  readonly output_tokens?: number
  readonly cache_creation_input_tokens?: number
  readonly cache_read_input_tokens?: number
}

export type ContentBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly thinking: string }
  | { readonly type: 'tool_use'; readonly name: string; readonly input: unknown }

export type Reply =
  | {
      readonly kind: 'message'
      readonly content: ReadonlyArray<ContentBlock>
      readonly stopReason?: string
      readonly stopDetails?: Readonly<Record<string, unknown>>
      readonly usage?: ScriptedUsage
      /** After so many text events the stream reports this fault, or its connection is reset. */
      readonly breaksAfter?: { readonly events: number; readonly how: 'reset' | 'close' | { readonly type: string } }
    }
  | {
      readonly kind: 'error'
      readonly status: number
      readonly type: string
      readonly message: string
      readonly headers?: Readonly<Record<string, string>>
    }
  /** Takes the request and never answers. */
  | { readonly kind: 'silence' }
  | { readonly kind: 'reset' }
  /** A 200 whose body is not what the API sends. */
  | { readonly kind: 'garbage'; readonly body: string | Buffer }

/** An entry of the script: a reply, or one made of what was asked. */
export type Scripted = Reply | ((asked: WireRequest) => Reply)

export interface Received {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: WireRequest
}

export interface MessagesServer {
  readonly url: string
  readonly received: ReadonlyArray<Received>
  close(): Promise<void>
}

export const startMessagesServer = async (script: ReadonlyArray<Scripted>): Promise<MessagesServer> => {
  const received: Received[] = []
  const server = createServer((request, response) => {
    void answer(request, response, received, script)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
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
  received: Received[],
  script: ReadonlyArray<Scripted>,
): Promise<void> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const body: WireRequest = JSON.parse(Buffer.concat(chunks).toString('utf8'))
  const scripted = script[received.length]
  const reply = typeof scripted === 'function' ? scripted(body) : scripted
  received.push({ headers: request.headers, body })
  response.setHeader('request-id', `req_${received.length}`)
  const refusal = refusalOf(request, body)
  if (refusal !== undefined) return sendError(response, refusal.status, refusal.type, refusal.message)
  if (reply === undefined) return sendError(response, 500, 'api_error', 'the script has no further reply')
  if (reply.kind === 'silence') return
  if (reply.kind === 'reset') {
    request.socket.resetAndDestroy()
    return
  }
  if (reply.kind === 'garbage') {
    response.writeHead(200, { 'content-type': body.stream === true ? 'text/event-stream' : 'application/json' })
    response.end(reply.body)
    return
  }
  if (reply.kind === 'error') {
    for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value)
    return sendError(response, reply.status, reply.type, reply.message)
  }
  const message = messageOf(body, reply, received.length)
  if (body.stream === true) return streamed(request, response, message, reply)
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(message))
}

type MessageReply = Extract<Reply, { kind: 'message' }>

const sendError = (response: ServerResponse, status: number, type: string, message: string): void => {
  response.writeHead(status, { 'content-type': 'application/json' })
  const request_id = response.getHeader('request-id')
  response.end(JSON.stringify({ type: 'error', error: { type, message }, request_id }))
}

const messageOf = (body: WireRequest, reply: MessageReply, number: number) => ({
  id: `msg_${number}`,
  type: 'message',
  role: 'assistant',
  model: body.model,
  content: reply.content.map((block, index) =>
    block.type === 'thinking'
      ? { ...block, signature: 'c2lnbmF0dXJl' }
      : block.type === 'tool_use'
        ? { ...block, id: `toolu_${index}` }
        : { ...block, citations: null },
  ),
  stop_reason: reply.stopReason ?? 'end_turn',
  stop_details: reply.stopDetails ?? null,
  stop_sequence: null,
  usage: {
    input_tokens: 10,
    output_tokens: 20,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    ...reply.usage,
  },
})

type WireMessage = ReturnType<typeof messageOf>

/** Server-sent events in the order of the API: each block opened, filled in pieces and closed. */
const streamed = (
  request: IncomingMessage,
  response: ServerResponse,
  message: WireMessage,
  reply: MessageReply,
): void => {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
  const send = (type: string, data: object): void => {
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`)
  }
  const events = eventsOf(message)
  const { breaksAfter } = reply
  for (const [type, data] of breaksAfter === undefined ? events : events.slice(0, breaksAfter.events)) send(type, data)
  if (breaksAfter === undefined || breaksAfter.how === 'close') {
    response.end()
  } else if (breaksAfter.how === 'reset') {
    // The bytes must have left before the reset overtakes them.
    response.write('', () => setImmediate(() => request.socket.resetAndDestroy()))
  } else {
    send('error', { error: { type: breaksAfter.how.type, message: 'it went wrong halfway' } })
    response.end()
  }
}

const PIECE = 40

const eventsOf = (message: WireMessage): ReadonlyArray<readonly [string, object]> => {
  const { stop_reason, stop_details, stop_sequence, usage } = message
  const opening = {
    ...message,
    content: [],
    stop_reason: null,
    stop_details: null,
    usage: { ...usage, output_tokens: 1 },
  }
  return [
    ['message_start', { message: opening }],
    ['ping', {}],
    ...message.content.flatMap((block, index) => blockEvents(block, index)),
    [
      'message_delta',
      { delta: { stop_reason, stop_details, stop_sequence }, usage: { output_tokens: usage.output_tokens } },
    ],
    ['message_stop', {}],
  ]
}

const blockEvents = (
  block: WireMessage['content'][number],
  index: number,
): ReadonlyArray<readonly [string, object]> => {
  const [empty, deltas] =
    block.type === 'text'
      ? [{ ...block, text: '' }, piecesOf(block.text).map((text) => ({ type: 'text_delta', text }))]
      : block.type === 'thinking'
        ? [
            { ...block, thinking: '', signature: '' },
            [
              ...piecesOf(block.thinking).map((thinking) => ({ type: 'thinking_delta', thinking })),
              { type: 'signature_delta', signature: block.signature },
            ],
          ]
        : [{ ...block, input: {} }, [{ type: 'input_json_delta', partial_json: JSON.stringify(block.input) }]]
  return [
    ['content_block_start', { index, content_block: empty }],
    ...deltas.map((delta) => ['content_block_delta', { index, delta }] as const),
    ['content_block_stop', { index }],
  ]
}

const piecesOf = (text: string): ReadonlyArray<string> => text.match(new RegExp(`[^]{1,${PIECE}}`, 'gu')) ?? []
