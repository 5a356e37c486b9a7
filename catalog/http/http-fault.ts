/** Why a request came to no response. `retryable` where the same request may well succeed later. */
export type HttpFaultCode =
  | 'url_invalid'
  | 'request_invalid'
  | 'host_not_allowed'
  | 'address_not_allowed'
  | 'secret_not_allowed'
  | 'too_many_redirects'
  | 'response_too_large'
  | 'response_unreadable'
  | 'tls_error'
  | 'network_error'
  | 'timeout'
  | 'cancelled'

export interface HttpFault {
  readonly code: HttpFaultCode
  readonly message: string
  readonly retryable: boolean
  readonly cause?: unknown
}

const RETRYABLE: ReadonlySet<HttpFaultCode> = new Set(['network_error', 'timeout', 'cancelled'])

export const httpFault = (code: HttpFaultCode, message: string, cause?: unknown): HttpFault => ({
  code,
  message,
  retryable: RETRYABLE.has(code),
  ...(cause === undefined ? {} : { cause }),
})

/** Thrown inside the client's own streams and connections, where only errors travel. */
export class HttpFaultError extends Error {
  constructor(readonly fault: HttpFault) {
    super(fault.message)
    this.name = 'HttpFaultError'
  }
}

/** What an error of the connection means. `why` tells a deadline from a cancellation. */
export const faultOfError = (
  error: unknown,
  why: { readonly timedOut: boolean; readonly cancelled: boolean },
): HttpFault => {
  if (error instanceof HttpFaultError) return error.fault
  if (why.cancelled) return httpFault('cancelled', 'the request was cancelled', error)
  const code = codeOf(error)
  if (why.timedOut || TIMEOUTS.has(code)) return httpFault('timeout', 'the request took too long', error)
  const message = error instanceof Error && error.message !== '' ? error.message : code
  if (INVALID.has(code)) return httpFault('request_invalid', `the request cannot be sent: ${message}`, error)
  if (isOfTheCertificate(code)) {
    return httpFault('tls_error', `the server could not be trusted: ${message}`, error)
  }
  return httpFault('network_error', `the request failed: ${message}`, error)
}

const codeOf = (error: unknown): string => {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined
  return typeof code === 'string' ? code : 'unknown'
}

const TIMEOUTS = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT'])
const INVALID = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED'])
/** Codes of Node and of OpenSSL for a server that is not whom its certificate should say. */
export const isOfTheCertificate = (code: string): boolean =>
  code.startsWith('ERR_TLS') || code.startsWith('CERT_') || CERTIFICATES.test(code)

const CERTIFICATES = /SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|CERTIFICATE/
