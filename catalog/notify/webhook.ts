/** Notifications as a signed POST. It is not redirected: a signature is for the one whom it was made for. */
import { createHmac } from 'node:crypto'
import type { Json } from '../../src/core/json.js'
import { DEFAULT_HTTP_TIMEOUT_MS, DEFAULT_RESPONSE_BYTES, MAX_BODY_CHARS } from '../../src/core/limits.js'
import { type HandlerContext, StepFailure } from '../../src/ports/handler.js'
import type { HttpClient } from '../http/http-client.js'
import { requestHeaders } from '../http/request-headers.js'
import { responseOrFail, unexpectedStatus } from '../http/response-failure.js'
import type { Webhook } from './channel.js'

export const SIGNATURE_HEADER = 'tasker-signature'

/** HMAC-SHA-256 over `SECONDS.BODY`, in hexadecimal; a receiver refuses one whose time is long past. */
export const signatureOf = (secret: string, seconds: number, body: string): string =>
  `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`, 'utf8').digest('hex')}`

/** The status of the answer, one of 200 to 299. The body is `{id, task, step, message}`, and `id` that of every attempt. */
export const postWebhook = async (
  http: HttpClient,
  { url, secret, headers = {} }: Webhook,
  message: Json,
  context: HandlerContext,
): Promise<number> => {
  const body = JSON.stringify({
    id: context.idempotencyKey,
    task: context.task.id,
    step: context.step.name,
    message,
  })
  if (body.length > MAX_BODY_CHARS) throw tooLarge(body.length)
  const signature =
    secret === undefined ? {} : { [SIGNATURE_HEADER]: signatureOf(secret, Math.floor(Date.now() / 1_000), body) }
  const response = responseOrFail(
    await http.send({
      url,
      method: 'POST',
      headers: {
        ...requestHeaders(headers, { 'content-type': 'application/json', 'idempotency-key': context.idempotencyKey }),
        ...signature,
      },
      body,
      policy: context.network,
      maxBytes: DEFAULT_RESPONSE_BYTES,
      maxRedirects: 0,
      timeoutMs: DEFAULT_HTTP_TIMEOUT_MS,
      signal: context.signal,
      holdsSecret: (text) => context.mask(text) !== text,
    }),
  )
  if (response.status >= 200 && response.status < 300) return response.status
  throw unexpectedStatus(response, { bodyChars: 0, mask: context.mask })
}

const tooLarge = (chars: number): StepFailure =>
  new StepFailure('message_too_large', `the message has ${chars} characters; ${MAX_BODY_CHARS} are allowed`, {
    retryable: false,
  })
