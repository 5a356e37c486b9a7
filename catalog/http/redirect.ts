/**
 * What is sent after a redirect. Whatever identifies the caller stays with the origin it was meant for: to any other
 * origin go only the headers that say what is asked for, and never a body that holds a secret.
 */
import * as E from 'fp-ts/lib/Either.js'
import { type HttpFault, httpFault } from './http-fault.js'

export interface Hop {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** Whether a secret of this call is in it, so that the secret's own hosts bound it. */
  readonly carriesSecrets: boolean
}

const REDIRECTS = new Set([301, 302, 303, 307, 308])
const KEPT_ACROSS_ORIGINS = new Set(['accept', 'accept-language', 'content-type', 'user-agent'])

export const isRedirect = (status: number): boolean => REDIRECTS.has(status)

export const nextHop = (
  hop: Hop,
  status: number,
  location: string,
  holdsSecret: (text: string) => boolean,
): E.Either<HttpFault, Hop> => {
  if (!URL.canParse(location, hop.url)) {
    return E.left(httpFault('url_invalid', 'the server redirects to what is no URL'))
  }
  const url = new URL(location, hop.url)
  const rewritten = rewrite(hop, status)
  if (url.origin === new URL(hop.url).origin) return E.right({ ...hop, ...rewritten, url: url.href })
  // What the server was sent it may put into the address of somebody else.
  if (holdsSecret(url.href) || holdsSecret(decoded(url.href))) {
    return E.left(
      httpFault(
        'secret_not_allowed',
        `the server redirects to ${url.host} with a secret in the URL; it was not called`,
      ),
    )
  }
  if (rewritten.body !== undefined && holdsSecret(rewritten.body)) {
    return E.left(
      httpFault(
        'secret_not_allowed',
        `the server redirects a body that holds a secret to ${url.host}; it was not sent there`,
      ),
    )
  }
  const headers = Object.fromEntries(
    Object.entries(rewritten.headers).filter(([name, value]) => KEPT_ACROSS_ORIGINS.has(name) && !holdsSecret(value)),
  )
  return E.right({ ...rewritten, headers, url: url.href, carriesSecrets: false })
}

const decoded = (url: string): string => {
  try {
    return decodeURIComponent(url.replaceAll('+', ' '))
  } catch {
    // A stray % is nothing that could be read.
    return url
  }
}

/** 303 always, and 301 and 302 after a POST, ask again by GET and without the body (RFC 9110, 15.4). */
const rewrite = (hop: Hop, status: number): Omit<Hop, 'url' | 'carriesSecrets'> => {
  const becomesGet = (status === 303 && hop.method !== 'HEAD') || (status <= 302 && hop.method === 'POST')
  if (!becomesGet) return { method: hop.method, headers: hop.headers, body: hop.body }
  const headers = Object.fromEntries(Object.entries(hop.headers).filter(([name]) => name !== 'content-type'))
  return { method: 'GET', headers, body: undefined }
}
