/**
 * Which host a URL is for, and whether an allow-list holds it. One parser, the platform's own, reads URLs and entries
 * alike, so that no spelling (decimal, octal, userinfo, a trailing dot, letters of another script) means one host here
 * and another to the client. Names are compared, addresses are not looked up: that is the HTTP client's part.
 */
import * as E from 'fp-ts/lib/Either.js'

export interface Target {
  readonly scheme: 'http' | 'https'
  /** Lower case, in ASCII, without a trailing dot; an IPv6 literal stands in its brackets. */
  readonly host: string
  readonly port: number
}

export interface UrlProblem {
  readonly problem: string
}

/** Left for what is no absolute http or https URL, and for one that carries a user or a password. */
export const targetOf = (url: string): E.Either<UrlProblem, Target> => {
  if (!URL.canParse(url)) return E.left({ problem: 'is no absolute URL' })
  const parsed = new URL(url)
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    return E.left({ problem: `has the scheme ${parsed.protocol.slice(0, -1)}; only http and https are allowed` })
  }
  if (parsed.username !== '' || parsed.password !== '') {
    return E.left({ problem: 'carries a user or a password; put credentials into a header' })
  }
  const scheme = parsed.protocol === 'https:' ? 'https' : 'http'
  const host = withoutDot(parsed.hostname)
  return host === ''
    ? E.left({ problem: 'has no host' })
    : E.right({ scheme, host, port: parsed.port === '' ? defaultPort(scheme) : Number(parsed.port) })
}

/** True where an entry names the target's host and port; an entry without a port stands for the scheme's default. */
export const isListed = (target: Target, entries: ReadonlyArray<string>): boolean =>
  entries.some((entry) => {
    const listed = readEntry(entry)
    return (
      listed !== undefined && listed.host === target.host && (listed.port ?? defaultPort(target.scheme)) === target.port
    )
  })

/** Whether a URL may be called under an allow-list; undefined allows every host of a URL that is well formed. */
export const hostAllowed = (url: string, allowedHosts: ReadonlyArray<string> | undefined): boolean => {
  const target = targetOf(url)
  return E.isRight(target) && (allowedHosts === undefined || isListed(target.right, allowedHosts))
}

/** `host` or `host:port` as a person writes it; undefined where it is neither (a scheme, a path, a wildcard). */
const readEntry = (entry: string): { readonly host: string; readonly port: number | undefined } | undefined => {
  const written = entry.trim()
  if (/[/\\@?#*\s]/.test(written) || !URL.canParse(`http://${written}/`)) return undefined
  const port = /:(\d{1,5})$/.exec(written)?.[1]
  return {
    host: withoutDot(new URL(`http://${written}/`).hostname),
    port: port === undefined ? undefined : Number(port),
  }
}

const withoutDot = (host: string): string => host.replace(/\.+$/, '')

const defaultPort = (scheme: 'http' | 'https'): number => (scheme === 'https' ? 443 : 80)

/** Whether a server that listens there can be reached from this machine alone. */
export const isLoopbackHost = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i.test(host)

/** A host header that names this machine, with any port. */
export const isLoopbackName = (host: string | undefined): boolean =>
  host !== undefined && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i.test(host)
