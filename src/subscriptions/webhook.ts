/**
 * A handler that posts each event to a URL. With a name it is a subscription like any other: tried again with backoff
 * (or when the receiver says), parked, replayed. An answer of 2xx acknowledges; 410 (gone), or an address that may not
 * be called, parks the event at once; everything else is tried again.
 */
import * as E from 'fp-ts/lib/Either.js'
import { SCHEMA_VERSION } from '../core/event.js'
import { DEFAULT_WEBHOOK_TIMEOUT_MS } from '../core/limits.js'
import type { Clock } from '../ports/clock.js'
import type { DeliveredEvent, DeliveryContext } from '../ports/subscription.js'
import type { WebhookTransport } from '../ports/webhook-transport.js'
import { SIGNATURE_HEADER, signatureOf } from './signature.js'

export interface WebhookOptions {
  readonly url: string
  /** Signs each request (`signature.ts`); several while one replaces the other. */
  readonly secret: string | ReadonlyArray<string>
  readonly headers?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
}

/** As subscriptions know it: what to do about it is said by `retryable` and `retryAfterMs`. */
export class WebhookFailed extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly retryable: boolean,
    readonly retryAfterMs?: number,
  ) {
    super(message)
    this.name = 'WebhookFailed'
  }
}

const GONE = 410

/**
 * The body is `{id, type, schema_version, task, version, position, time, data, metadata}`; `idempotency-key` is the
 * event's id and the same for every attempt, which `tasker-attempt` counts; `traceparent` is the task's trace, if it has one.
 */
export const webhook =
  (transport: WebhookTransport, clock: Clock, options: WebhookOptions) =>
  async (event: DeliveredEvent, { signal, attempt }: DeliveryContext): Promise<void> => {
    const body = bodyOf(event)
    const secrets = typeof options.secret === 'string' ? [options.secret] : options.secret
    const answer = await transport.post({
      url: options.url,
      headers: {
        ...lowerCased(options.headers ?? {}),
        'content-type': 'application/json',
        'idempotency-key': event.id,
        'tasker-attempt': `${attempt}`,
        ...(event.metadata.trace === undefined ? {} : { traceparent: event.metadata.trace }),
        [SIGNATURE_HEADER]: signatureOf(secrets, Math.floor(clock.now() / 1_000), body),
      },
      body,
      timeoutMs: options.timeoutMs ?? DEFAULT_WEBHOOK_TIMEOUT_MS,
      signal,
    })
    if (E.isLeft(answer)) throw new WebhookFailed(answer.left.code, answer.left.message, answer.left.retryable)
    const { status, retryAfterMs } = answer.right
    if (status >= 200 && status < 300) return
    throw new WebhookFailed('webhook_status', `the receiver answered ${status}`, status !== GONE, retryAfterMs)
  }

const bodyOf = ({ id, type, task, version, position, time, data, metadata }: DeliveredEvent): string =>
  JSON.stringify({ id, type, schema_version: SCHEMA_VERSION, task, version, position, time, data, metadata })

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
