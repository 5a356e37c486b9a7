/** A real HTTP server on a free port of the loopback, and the policy that grants exactly it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { NetworkPolicy } from '../../../src/ports/handler.js'

export interface LocalServer {
  readonly port: number
  readonly origin: string
  /** Requests so far, with their bodies. */
  readonly requests: ReadonlyArray<Received>
  close(): Promise<void>
}

export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export const startServer = async (
  respond: (request: Received, response: ServerResponse) => void,
): Promise<LocalServer> => {
  const requests: Received[] = []
  const server = createServer((message, response) => {
    const chunks: Buffer[] = []
    message.on('data', (chunk: Buffer) => chunks.push(chunk))
    message.on('end', () => {
      const received = {
        method: message.method ?? '',
        url: message.url ?? '',
        headers: message.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      }
      requests.push(received)
      respond(received, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** Any host may be called, and these private ones. */
export const policyOf = (servers: ReadonlyArray<LocalServer>, others: Partial<NetworkPolicy> = {}): NetworkPolicy => ({
  allowedHosts: undefined,
  privateHosts: servers.flatMap(({ port }) => [`127.0.0.1:${port}`, `service.test:${port}`]),
  secretHosts: [],
  ...others,
})
