/** Webhooks by the checked client: any public host, private ones where the operator granted them, no redirects. */
import * as E from 'fp-ts/lib/Either.js'
import { MAX_WEBHOOK_ANSWER_BYTES } from '../../src/core/limits.js'
import type { WebhookTransport } from '../../src/ports/webhook-transport.js'
import type { HttpClient } from './http-client.js'
import { retryAfterMs } from './response-body.js'

export const createWebhookTransport = (http: HttpClient, privateHosts: ReadonlyArray<string>): WebhookTransport => ({
  post: async (request) => {
    const sent = await http.send({
      ...request,
      method: 'POST',
      policy: { allowedHosts: undefined, privateHosts, secretHosts: [] },
      maxBytes: MAX_WEBHOOK_ANSWER_BYTES,
      maxRedirects: 0,
    })
    if (E.isLeft(sent)) return sent
    const { status, headers } = sent.right
    return E.right({ status, retryAfterMs: retryAfterMs(headers['retry-after'], Date.now()) })
  },
})
