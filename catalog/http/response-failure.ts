/** What a request that came to nothing, or to a status that was not wanted, means for the step that sent it. */
import * as E from 'fp-ts/lib/Either.js'
import type { Json } from '../../src/core/json.js'
import { StepFailure } from '../../src/ports/handler.js'
import type { HttpResponse } from './http-client.js'
import type { HttpFault } from './http-fault.js'
import { retryAfterMs } from './response-body.js'

export const responseOrFail = (sent: E.Either<HttpFault, HttpResponse>): HttpResponse => {
  if (E.isRight(sent)) return sent.right
  const { code, message, retryable, cause } = sent.left
  throw new StepFailure(code, message, { retryable, cause })
}

const RETRYABLE = new Set([408, 425, 429])

export const unexpectedStatus = (
  response: HttpResponse,
  shown: { readonly bodyChars: number; readonly mask: (text: string) => string },
): StepFailure => {
  const { status } = response
  // Masked before it is cut: half of a secret would no longer be known for one.
  const body = shown.mask(response.body.toString('utf8')).slice(0, shown.bodyChars).replaceAll('\0', '')
  const details: Json = shown.bodyChars === 0 ? { status } : { status, body }
  return new StepFailure('http_status', `${new URL(response.url).host} answered ${status}`, {
    retryable: RETRYABLE.has(status) || status >= 500,
    retryAfterMs: retryAfterMs(response.headers['retry-after'], Date.now()),
    details,
  })
}

/** What any request of the catalog may come to. */
export const HTTP_ERRORS = [
  {
    code: 'http_status',
    retryable: true,
    when: 'the status is 408, 425, 429 or 5xx; any other unexpected status is permanent',
  },
  { code: 'network_error', retryable: true, when: 'no connection, or it broke' },
  { code: 'timeout', retryable: true, when: 'the response took too long' },
  { code: 'tls_error', retryable: false, when: 'the certificate is not trusted' },
  { code: 'host_not_allowed', retryable: false, when: 'the host, or that of a redirect, is not on the allow-list' },
  { code: 'address_not_allowed', retryable: false, when: 'the host is a private, loopback or special address' },
  { code: 'secret_not_allowed', retryable: false, when: 'a secret would be sent to a host that is not its own' },
  { code: 'url_invalid', retryable: false, when: 'the URL, or that of a redirect, is no http URL' },
  { code: 'request_invalid', retryable: false, when: 'a header or the body cannot be sent' },
]
