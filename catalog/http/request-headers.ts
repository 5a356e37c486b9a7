/**
 * Headers of a request: the defaults, over them what was configured. Those that say how the message travels or whom it
 * is for are the client's own: a `Host` of one's choice would reach another site than the one that was checked.
 */
import { StepFailure } from '../../src/ports/handler.js'

const OF_THE_CLIENT = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'keep-alive',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'proxy-authorization',
  'proxy-connection',
  'accept-encoding',
])

/** Names in lower case. Throws a permanent `request_invalid` for a header that is not the author's to set. */
export const requestHeaders = (
  configured: Readonly<Record<string, string>>,
  defaults: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => {
  const headers = new Map(Object.entries(defaults))
  for (const [name, value] of Object.entries(configured)) {
    const lower = name.toLowerCase()
    if (OF_THE_CLIENT.has(lower)) {
      throw new StepFailure('request_invalid', `the header ${lower} is set by the client; leave it out`, {
        retryable: false,
      })
    }
    headers.set(lower, value)
  }
  return Object.fromEntries(headers)
}
