/** The server: it listens, and when it closes it ends what streams and lets answers under way be written. */
import { once } from 'node:events'
import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { createApp } from './app.js'
import type { AppOptions, AppParts } from './app-parts.js'
import { HEADERS_TIMEOUT_MS, REQUEST_TIMEOUT_MS, SERVER_CLOSE_MS } from './limits.js'

export interface HttpServer {
  /** `http://127.0.0.1:7300`, with the port that it got where 0 was asked for. */
  readonly url: string
  close(): Promise<void>
}

export interface ListenOptions {
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
}

/** Nobody could listen there; `code` is `port_in_use`, `host_unusable` or `port_forbidden`. */
export class ListenRefused extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly remedy: string,
    cause: unknown,
  ) {
    super(message, { cause })
    this.name = 'ListenRefused'
  }
}

/** Throws `ListenRefused`. */
export const startServer = async (
  parts: AppParts,
  { host, port }: ListenOptions,
  options: Omit<AppOptions, 'closing'> = {},
): Promise<HttpServer> => {
  const closing = new AbortController()
  const app = createApp(parts, { ...options, closing: closing.signal })
  const server = createAdaptorServer({
    fetch: app.fetch,
    overrideGlobalObjects: false,
    serverOptions: { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
  }) as Server
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw refusal(error, host, port)
  }
  return { url: urlOf(server, host), close: () => close(server, closing) }
}

const urlOf = (server: Server, host: string): string => {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** How often idle connections are looked for while the server closes. */
const IDLE_LOOK_MS = 20

const close = async (server: Server, closing: AbortController): Promise<void> => {
  closing.abort()
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // A connection whose answer has just ended is idle only then, and its caller may keep it for the next request.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_LOOK_MS)
  const timer = setTimeout(() => server.closeAllConnections(), SERVER_CLOSE_MS)
  await closed
  clearInterval(idle)
  clearTimeout(timer)
}

const refusal = (error: unknown, host: string, port: number): unknown => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const other = 'choose another one with --port or TASKER_PORT (0 for any that is free)'
  if (code === 'EADDRINUSE') {
    return new ListenRefused(
      'port_in_use',
      `port ${port} of ${host} is in use`,
      `stop what listens there, or ${other}`,
      error,
    )
  }
  if (code === 'EACCES')
    return new ListenRefused('port_forbidden', `this user may not listen on port ${port}`, other, error)
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    const remedy = 'set --host or TASKER_HOST to an address of this machine'
    return new ListenRefused('host_unusable', `this machine has no address ${host}`, remedy, error)
  }
  return error
}
