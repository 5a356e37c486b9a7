/**
 * The one way in which the system calls out. Each hop, the first and every redirect, passes the same checks: the URL, the
 * allow-list, the hosts of the secrets it carries, and the address, both as written and as resolved. Proxies named by the
 * environment are not used, for they would resolve names themselves.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Agent, Dispatcher } from 'undici'
import { isListed, type Target, targetOf } from '../../src/core/host.js'
import type { NetworkPolicy } from '../../src/ports/handler.js'
import { kindOfAddress, literalOf } from './addresses.js'
import type { Agents } from './agents.js'
import { addressFault, mayBeCalled, type Resolve, resolveByDns } from './checked-addresses.js'
import { faultOfError, type HttpFault, httpFault } from './http-fault.js'
import { ACCEPTED_ENCODINGS, readBody } from './read-body.js'
import { type Hop, isRedirect, nextHop } from './redirect.js'

export interface HttpRequest {
  readonly url: string
  readonly method: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  readonly policy: NetworkPolicy
  readonly maxBytes: number
  /** All hops together. */
  readonly timeoutMs: number
  /** 0 gives the redirect back as the response. */
  readonly maxRedirects: number
  readonly signal?: AbortSignal
  /** Whether a text holds a secret of this call; absent, none does. */
  readonly holdsSecret?: (text: string) => boolean
}

export interface HttpResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Unpacked. */
  readonly body: Buffer
  /** Of the last hop. */
  readonly url: string
}

export interface HttpClient {
  /** Any response at all is a response, whatever its status; only what brought none is a fault. */
  send(request: HttpRequest): Promise<E.Either<HttpFault, HttpResponse>>
  close(): Promise<void>
}

/** A redirect's own body is of no interest; up to here it is read so that the connection can be used again. */
const MAX_DUMPED_BYTES = 65_536

export const createHttpClient = (options: { readonly resolve?: Resolve } = {}): HttpClient => {
  const resolve = options.resolve ?? resolveByDns
  const closing = new AbortController()
  let opening: Promise<Agents> | undefined
  const agents = async (): Promise<Agents> => {
    if (closing.signal.aborted) throw new Error('the client is closed')
    opening ??= import('./agents.js').then(({ openAgents }) => openAgents(resolve, closing.signal))
    return opening
  }
  return {
    send: (request) => withDeadline(request, async (signal) => follow(await agents(), request, signal)),
    close: async () => {
      closing.abort()
      const opened = await opening
      await Promise.all([opened?.public.destroy(), opened?.granted.destroy()])
    },
  }
}

/**
 * Turns the deadline and the caller's signal into one, and whatever is thrown meanwhile into a fault. The answer does not
 * wait for the work to notice: a request that is still connecting hears of an abort only when it is connected.
 */
const withDeadline = async (
  request: HttpRequest,
  work: (signal: AbortSignal) => Promise<E.Either<HttpFault, HttpResponse>>,
): Promise<E.Either<HttpFault, HttpResponse>> => {
  const controller = new AbortController()
  const { signal } = controller
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    controller.abort()
  }, request.timeoutMs)
  const cancel = () => controller.abort()
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  request.signal?.addEventListener('abort', cancel, { once: true })
  if (request.signal?.aborted === true) cancel()
  try {
    return await Promise.race([aborted, work(signal)])
  } catch (error) {
    return E.left(faultOfError(error, { timedOut, cancelled: request.signal?.aborted === true }))
  } finally {
    clearTimeout(timer)
    request.signal?.removeEventListener('abort', cancel)
  }
}

const follow = async (
  agents: Agents,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<E.Either<HttpFault, HttpResponse>> => {
  const holdsSecret = request.holdsSecret ?? (() => false)
  let hop: Hop = {
    url: request.url,
    method: request.method,
    headers: request.headers,
    body: request.body,
    carriesSecrets: request.policy.secretHosts.length > 0,
  }
  for (let redirects = 0; ; redirects++) {
    const checked = checkHop(hop, request.policy)
    if (E.isLeft(checked)) return checked
    const response = await sendHop(checked.right.mayBePrivate ? agents.granted : agents.public, hop, signal)
    const location = headerOf(response.headers, 'location')
    if (!isRedirect(response.statusCode) || location === '' || request.maxRedirects === 0) {
      return E.right(await readResponse(response, hop, request.maxBytes))
    }
    await response.body.dump({ limit: MAX_DUMPED_BYTES, signal })
    if (redirects >= request.maxRedirects) {
      return E.left(httpFault('too_many_redirects', `the server redirects more than ${request.maxRedirects} times`))
    }
    const next = nextHop(hop, response.statusCode, location, holdsSecret)
    if (E.isLeft(next)) return next
    hop = next.right
  }
}

/** All that can be known before a connection; the agent judges resolved addresses by the same grant. */
const checkHop = (hop: Hop, policy: NetworkPolicy): E.Either<HttpFault, { readonly mayBePrivate: boolean }> => {
  const target = targetOf(hop.url)
  if (E.isLeft(target)) return E.left(httpFault('url_invalid', `the URL ${target.left.problem}`))
  const at = `${target.right.host}:${target.right.port}`
  if (policy.allowedHosts !== undefined && !isListed(target.right, policy.allowedHosts)) {
    const allowed = policy.allowedHosts.length === 0 ? 'none is' : `allowed are ${policy.allowedHosts.join(', ')}`
    return E.left(httpFault('host_not_allowed', `${at} is not an allowed host; ${allowed}`))
  }
  if (hop.carriesSecrets && !policy.secretHosts.every((hosts) => isListed(target.right, hosts))) {
    return E.left(httpFault('secret_not_allowed', `a secret of this request may not be sent to ${at}`))
  }
  const mayBePrivate = isGranted(target.right, policy.privateHosts)
  const literal = literalOf(target.right.host)
  const kind = literal === undefined ? 'public' : kindOfAddress(literal)
  return mayBeCalled(kind, mayBePrivate) ? E.right({ mayBePrivate }) : E.left(addressFault(target.right.host, kind))
}

/** A grant names its port, always. */
const isGranted = (target: Target, privateHosts: ReadonlyArray<string>): boolean =>
  isListed(
    target,
    privateHosts.filter((entry) => /:\d+$/.test(entry)),
  )

const sendHop = (agent: Agent, hop: Hop, signal: AbortSignal): Promise<Dispatcher.ResponseData> => {
  const url = new URL(hop.url)
  // A host with trailing dots is the same host; the certificate and the server know it without.
  url.hostname = url.hostname.replace(/\.+$/, '')
  return agent.request({
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: hop.method as Dispatcher.HttpMethod,
    headers: { 'accept-encoding': ACCEPTED_ENCODINGS, 'user-agent': 'tasker-es', ...hop.headers },
    body: hop.body ?? null,
    signal,
    // The deadline of the whole request is the only clock.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
}

const readResponse = async (response: Dispatcher.ResponseData, hop: Hop, maxBytes: number): Promise<HttpResponse> => {
  const headers = Object.fromEntries(
    Object.keys(response.headers).map((name) => [name, headerOf(response.headers, name)]),
  )
  const empty = hop.method === 'HEAD' || response.statusCode === 204 || response.statusCode === 304
  const encoding = empty ? '' : headerOf(response.headers, 'content-encoding')
  const body = await readBody(response.body, encoding, maxBytes)
  return { status: response.statusCode, headers, body, url: hop.url }
}

const headerOf = (
  headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>,
  name: string,
): string => {
  const value = headers[name]
  return typeof value === 'string' ? value : (value?.join(', ') ?? '')
}
