/** Requests to a server: one function asks, one reads a stream. A request that came too often is made again in time. */
import { problemIn, TaskerUnreachable } from './problem.js'

export interface ClientOptions {
  /** Of the server: `http://127.0.0.1:7300`. */
  readonly url: string
  /** An API key, or a JWT; needed from beyond the server's own machine. */
  readonly apiKey?: string
  /** Who acts, where no key says so: the server believes it of its own machine only. */
  readonly actor?: string
  /** In place of the global one. */
  readonly fetch?: typeof fetch
  /** A request that was not answered within this has failed; 90 seconds where absent. */
  readonly timeoutMs?: number
}

export type QueryValue = string | number | boolean | ReadonlyArray<string> | undefined

export interface Asked {
  readonly query?: Readonly<Record<string, QueryValue>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

export interface Transport {
  /** The answer's JSON. Throws `TaskerProblem`, `TaskerUnreachable`; with the signal's reason where it was aborted. */
  ask<A>(method: string, path: string, asked?: Asked): Promise<A>
  /** The whole answer, refused as above. */
  open(method: string, path: string, asked?: Asked & { readonly streams?: boolean }): Promise<Response>
}

const TIMEOUT_MS = 90_000
/** A request that came too often is made this many times at most. */
const ATTEMPTS = 5
const LONGEST_PAUSE_SECONDS = 30

export const createTransport = (options: ClientOptions): Transport => {
  const open: Transport['open'] = async (method, path, asked = {}) => {
    for (let attempt = 1; ; attempt++) {
      const answer = await send(options, method, path, asked)
      if (answer.ok) return answer
      const pause = Number(answer.headers.get('retry-after') ?? Number.NaN)
      if (answer.status !== 429 || attempt === ATTEMPTS || !(pause <= LONGEST_PAUSE_SECONDS))
        throw await problemIn(answer)
      await answer.body?.cancel()
      await paused(pause * 1_000, asked.signal)
    }
  }
  return {
    open,
    ask: async (method, path, asked) => {
      const answer = await open(method, path, asked)
      try {
        return answer.status === 204 ? undefined : JSON.parse(await answer.text())
      } catch (error) {
        asked?.signal?.throwIfAborted()
        throw new TaskerUnreachable(options.url, error)
      }
    },
  }
}

const send = async (
  { url, apiKey, actor, fetch: fetching = fetch, timeoutMs = TIMEOUT_MS }: ClientOptions,
  method: string,
  path: string,
  { query = {}, body, headers = {}, signal, streams = false }: Asked & { readonly streams?: boolean },
): Promise<Response> => {
  const target = `${url.replace(/\/+$/, '')}${path}${queryText(query)}`
  const stops = [...(signal === undefined ? [] : [signal]), ...(streams ? [] : [AbortSignal.timeout(timeoutMs)])]
  try {
    return await fetching(target, {
      method,
      redirect: 'error',
      ...(stops.length === 0 ? {} : { signal: AbortSignal.any(stops) }),
      headers: {
        accept: streams ? 'text/event-stream' : 'application/json',
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
        ...(apiKey !== undefined || actor === undefined ? {} : { 'tasker-actor': encodeURIComponent(actor) }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  } catch (error) {
    signal?.throwIfAborted()
    throw new TaskerUnreachable(url, error)
  }
}

const queryText = (query: Readonly<Record<string, QueryValue>>): string => {
  const written = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) written.set(key, Array.isArray(value) ? value.join(',') : String(value))
  }
  return written.size === 0 ? '' : `?${written.toString()}`
}

/** Rejects with the signal's reason where it is aborted meanwhile. */
export const paused = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(end, ms)
    function end(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      if (signal?.aborted === true) reject(signal.reason)
      else resolve()
    }
    if (signal?.aborted === true) end()
    else signal?.addEventListener('abort', end, { once: true })
  })

/** A path with its parameters filled in. */
export const at = (parts: TemplateStringsArray, ...values: ReadonlyArray<string>): string =>
  `/api/v1${parts.map((part, index) => part + (index < values.length ? encodeURIComponent(values[index] ?? '') : '')).join('')}`
