/**
 * The pools of connections, to checked addresses only. They are loaded when the first request is sent: `undici` takes its
 * time, and most processes call nobody.
 */
import { isIP } from 'node:net'
import { Agent, buildConnector } from 'undici'
import { CONNECT_TIMEOUT_MS, HTTP_CONNECTIONS_PER_ORIGIN, HTTP_KEEP_ALIVE_MS } from '../../src/core/limits.js'
import { checkedAddresses, inTime, type Resolve } from './checked-addresses.js'

export interface Agents {
  readonly public: Agent
  /** For hosts that the operator granted: a pooled connection to one must never serve a call without the grant. */
  readonly granted: Agent
}

/** `closing` ends what is still being looked up. */
export const openAgents = (resolve: Resolve, closing: AbortSignal): Agents => {
  const agent = (mayBePrivate: boolean) =>
    new Agent({
      connect: checkedConnector(resolve, mayBePrivate, closing),
      connections: HTTP_CONNECTIONS_PER_ORIGIN,
      keepAliveTimeout: HTTP_KEEP_ALIVE_MS,
      pipelining: 1,
    })
  return { public: agent(false), granted: agent(true) }
}

/**
 * Refuses a host with any address that may not be called. `mayBePrivate` is the operator's grant for this host and port.
 */
const checkedConnector = (resolve: Resolve, mayBePrivate: boolean, closing: AbortSignal): buildConnector.connector => {
  const connect = buildConnector({ timeout: CONNECT_TIMEOUT_MS })
  return (options, callback) => {
    inTime(checkedAddresses(options.hostname, resolve, mayBePrivate), closing).then(
      (addresses) => connectToFirst(connect, options, addresses, callback),
      (error) => callback(error instanceof Error ? error : new Error(String(error)), null),
    )
  }
}

/** One address after the other: the first that answers, or the last one's error. */
const connectToFirst = (
  connect: buildConnector.connector,
  options: buildConnector.Options,
  addresses: ReadonlyArray<string>,
  callback: buildConnector.Callback,
): void => {
  const [address, ...others] = addresses
  if (address === undefined) return
  const servername = options.servername ?? (isIP(options.hostname) > 0 ? undefined : options.hostname)
  connect(
    { ...options, hostname: address, ...(servername === undefined ? {} : { servername }) },
    (...outcome: Parameters<buildConnector.Callback>) => {
      if (outcome[0] !== null && others.length > 0) connectToFirst(connect, options, others, callback)
      else callback(...outcome)
    },
  )
}
