/**
 * The page of metrics by itself, for a process that serves no HTTP otherwise: `/metrics`, and `/health` for whoever only
 * wants to know that the process lives. It knows nobody and shows no data of tasks.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isLoopbackHost, isLoopbackName } from '../core/host.js'
import type { Metrics } from './metrics.js'

export interface MetricsServer {
  readonly port: number
  close(): Promise<void>
}

/** Port 0 takes any that is free. Rejects where it cannot be listened on. */
export const serveMetrics = async (
  metrics: Pick<Metrics, 'page' | 'contentType'>,
  at: { readonly host: string; readonly port: number },
): Promise<MetricsServer> => {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0]
    // A page of another site whose name was turned to this machine reads nothing.
    if (isLoopbackHost(at.host) && !isLoopbackName(request.headers.host)) return void response.writeHead(421).end()
    if (request.method !== 'GET' && request.method !== 'HEAD') return void response.writeHead(405).end()
    if (path === '/health') return void response.writeHead(200, { 'content-type': 'text/plain' }).end('ok\n')
    if (path !== '/metrics') return void response.writeHead(404).end()
    metrics.page().then(
      (page) => response.writeHead(200, { 'content-type': metrics.contentType }).end(page),
      () => response.writeHead(500).end(),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(at.port, at.host, resolve)
  })
  return { port: portOf(server), close: () => closed(server) }
}

const portOf = (server: Server): number => {
  const address: AddressInfo | string | null = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
