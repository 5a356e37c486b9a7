/** How a webhook reaches its receiver: one POST, checked like everything that the system sends out, never redirected. */
import type * as E from 'fp-ts/lib/Either.js'

export interface WebhookRequest {
  readonly url: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

export interface WebhookAnswer {
  readonly status: number
  /** What the receiver asked for. */
  readonly retryAfterMs: number | undefined
}

/** Why there was no answer at all. */
export interface WebhookFault {
  readonly code: string
  readonly message: string
  readonly retryable: boolean
}

export interface WebhookTransport {
  post(request: WebhookRequest): Promise<E.Either<WebhookFault, WebhookAnswer>>
}
