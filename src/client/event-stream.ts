/**
 * Events as an async iterator: it connects again behind the last event that it has handed out, so that a connection
 * that breaks, or a server that is restarted, leaves neither gap nor duplicate. It ends by its signal, or when whoever
 * iterates stops.
 */
import type { EventShape } from '../http/shapes/event.js'
import { TaskerProblem, TaskerUnreachable } from './problem.js'
import { paused, type QueryValue, type Transport } from './transport.js'

export type TaskerEvent = EventShape

export interface StreamOptions {
  readonly signal?: AbortSignal
  /** How long a server may be away before the iterator throws `TaskerUnreachable`; for ever where absent. */
  readonly patienceMs?: number
}

/** Nothing for so long, not even a sign of life: the connection is dead, whatever the network says. */
const SILENCE_MS = 45_000
const RETRY_MS = 1_000
const RETRY_MAX_MS = 15_000

export async function* streamEvents(
  transport: Transport,
  path: string,
  query: Readonly<Record<string, QueryValue>>,
  { signal, patienceMs = Number.POSITIVE_INFINITY }: StreamOptions = {},
): AsyncGenerator<TaskerEvent, void, undefined> {
  let last: number | undefined
  let pauseMs = RETRY_MS
  let awayMs = 0
  const isStopped = (): boolean => signal?.aborted === true
  while (!isStopped()) {
    try {
      const headers = last === undefined ? {} : { 'last-event-id': String(last) }
      for await (const event of connection(transport, path, { query, headers, signal })) {
        last = event.position
        pauseMs = RETRY_MS
        awayMs = 0
        yield event
        if (isStopped()) return
      }
    } catch (error) {
      if (isStopped()) return
      if (!isPassing(error)) throw error
      if (awayMs >= patienceMs) throw error
    }
    awayMs += pauseMs
    await paused(pauseMs, signal).catch(() => undefined)
    pauseMs = Math.min(pauseMs * 2, RETRY_MAX_MS)
  }
}

/** A server that is away, or full, is asked again. */
const isPassing = (error: unknown): boolean =>
  error instanceof TaskerUnreachable ||
  (error instanceof TaskerProblem && (error.status === 503 || error.status === 429))

interface Connected {
  readonly query: Readonly<Record<string, QueryValue>>
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal | undefined
}

async function* connection(transport: Transport, path: string, asked: Connected): AsyncGenerator<TaskerEvent> {
  const stop = new AbortController()
  const signal = asked.signal === undefined ? stop.signal : AbortSignal.any([asked.signal, stop.signal])
  let silence = setTimeout(() => stop.abort(), SILENCE_MS)
  try {
    const answer = await transport.open('GET', path, { ...asked, signal, streams: true })
    const decoder = new TextDecoder()
    let text = ''
    for await (const chunk of chunksOf(answer)) {
      clearTimeout(silence)
      silence = setTimeout(() => stop.abort(), SILENCE_MS)
      text += decoder.decode(chunk, { stream: true })
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const data = dataIn(block)
        if (data !== undefined) yield JSON.parse(data)
      }
    }
  } catch (error) {
    if (error instanceof TaskerProblem || error instanceof TaskerUnreachable) throw error
    throw new TaskerUnreachable(path, error)
  } finally {
    clearTimeout(silence)
    stop.abort()
  }
}

async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader()
  for (;;) {
    const next = await reader?.read()
    if (next === undefined || next.done) return
    yield next.value
  }
}

const dataIn = (block: string): string | undefined => {
  const lines = block.split('\n').filter((line) => line.startsWith('data:'))
  return lines.length === 0 ? undefined : lines.map((line) => line.slice(5).replace(/^ /, '')).join('\n')
}
