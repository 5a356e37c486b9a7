/**
 * Which addresses may be called: a name is resolved once, and every address that it has is judged. Whoever connects goes
 * to one of those very addresses; there is no second look-up that could answer otherwise.
 */
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { CONNECT_TIMEOUT_MS } from '../../src/core/limits.js'
import { type AddressKind, kindOfAddress } from './addresses.js'
import { HttpFaultError, httpFault } from './http-fault.js'

/** All addresses of a name; rejects where it has none. */
export type Resolve = (hostname: string) => Promise<ReadonlyArray<string>>

export const resolveByDns: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true, verbatim: true })).map(({ address }) => address)

/** A look-up has no time limit of its own, and undici waits for the connection before it hears of an abort. */
export const inTime = <A>(looking: Promise<A>, closing: AbortSignal): Promise<A> =>
  new Promise((found, fail) => {
    const stop = (message: string) => () => fail(new Error(message))
    const timer = setTimeout(stop('the name was not resolved in time'), CONNECT_TIMEOUT_MS)
    const close = stop('the client is closed')
    closing.addEventListener('abort', close, { once: true })
    looking.then(found, fail).finally(() => {
      clearTimeout(timer)
      closing.removeEventListener('abort', close)
    })
  })

/** Every address of a name or literal, all of which may be called; throws `HttpFaultError` where one may not. */
export const checkedAddresses = async (
  hostname: string,
  resolve: Resolve,
  mayBePrivate: boolean,
): Promise<ReadonlyArray<string>> => {
  const addresses = isIP(hostname) > 0 ? [hostname] : await resolve(hostname)
  if (addresses.length === 0) throw new Error(`${hostname} has no address`)
  for (const address of addresses) {
    const kind = kindOfAddress(address)
    if (!mayBeCalled(kind, mayBePrivate)) throw new HttpFaultError(addressFault(hostname, kind))
  }
  return addresses
}

export const mayBeCalled = (kind: AddressKind, mayBePrivate: boolean): boolean =>
  kind === 'public' || (kind === 'private' && mayBePrivate)

/** The address itself is not told: it would map the inside of a network for whoever reads the error. */
export const addressFault = (hostname: string, kind: AddressKind) =>
  httpFault(
    'address_not_allowed',
    kind === 'private'
      ? `${hostname} is a private or loopback address; only the operator can allow its exact host and port (private_hosts)`
      : `${hostname} is an address that is never called (link-local, multicast, reserved or translated)`,
  )
