/** `webhooks` of `tasker.yaml`: to whom events are posted. What their codec cannot say of them is told here. */
import * as t from 'io-ts'
import { closed, type Problem } from '../../core/closed.js'
import { EVENTS, type EventType } from '../../core/event.js'
import { isJsonObject, type JsonObject } from '../../core/json.js'
import { MAX_NAME_CHARS, MAX_WEBHOOK_ATTEMPTS, MAX_WEBHOOK_SECONDS } from '../../core/limits.js'
import { matching } from './matching.js'

/** A webhook as it is configured; its secret is only named. */
export interface ConfiguredWebhook {
  /** Of the subscription that it is. */
  readonly name: string
  readonly url: string
  readonly secret: { readonly env?: string; readonly file?: string }
  readonly types?: ReadonlyArray<EventType>
  readonly namespace?: string
  readonly template?: string
  readonly plannedBy?: string
  readonly order: 'task' | 'position'
  readonly from: 'start' | 'now'
  readonly onPark: 'hold_task' | 'continue'
  readonly maxAttempts?: number
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs?: number
}

const text = matching(t.string, 'text that is not empty', (value) => value.trim() !== '')
const isEventType = (value: unknown): value is EventType => typeof value === 'string' && Object.hasOwn(EVENTS, value)
const eventType = new t.Type<EventType, EventType, unknown>(
  'the type of an event, as step-completed',
  isEventType,
  (value, context) => (isEventType(value) ? t.success(value) : t.failure(value, context)),
  t.identity,
)

const webhook = closed(
  {
    name: matching(
      t.string,
      `a name of ${MAX_NAME_CHARS} characters at most, that begins with neither a space nor a /`,
      (value) => /^[^\s/]/.test(value) && value.length <= MAX_NAME_CHARS && !value.includes('\0'),
    ),
    url: matching(t.string, 'an http:// or https:// URL', (value) => /^https?:/.test(value) && URL.canParse(value)),
    secret: closed({}, { env: text, file: text }),
  },
  {
    types: matching(t.array(eventType), 'a list of types of events', (list) => list.length > 0),
    namespace: text,
    template: text,
    planned_by: text,
    order: t.keyof({ task: null, position: null }, 'task or position'),
    from: t.keyof({ start: null, now: null }, 'start or now'),
    on_park: t.keyof({ hold_task: null, continue: null }, 'hold_task or continue'),
    max_attempts: matching(
      t.number,
      `a whole number from 1 to ${MAX_WEBHOOK_ATTEMPTS}`,
      (n) => Number.isInteger(n) && n >= 1 && n <= MAX_WEBHOOK_ATTEMPTS,
    ),
    headers: t.record(
      t.string,
      matching(t.string, 'one line of text', (value) => !/[\r\n\0]/.test(value)),
    ),
    timeout_seconds: matching(
      t.number,
      `seconds from 0.1 to ${MAX_WEBHOOK_SECONDS}`,
      (n) => n >= 0.1 && n <= MAX_WEBHOOK_SECONDS,
    ),
  },
)

export const WrittenWebhooks = t.array(webhook)

export const webhooksOf = (written: t.TypeOf<typeof WrittenWebhooks> = []): ReadonlyArray<ConfiguredWebhook> =>
  written.map(({ planned_by, on_park, max_attempts, timeout_seconds, ...rest }) => ({
    ...rest,
    order: rest.order ?? 'task',
    from: rest.from ?? 'now',
    onPark: on_park ?? 'hold_task',
    headers: rest.headers ?? {},
    ...(planned_by === undefined ? {} : { plannedBy: planned_by }),
    ...(max_attempts === undefined ? {} : { maxAttempts: max_attempts }),
    ...(timeout_seconds === undefined ? {} : { timeoutMs: timeout_seconds * 1_000 }),
  }))

/** Two of one name would be one, and a secret is kept in one place. */
export const webhookProblems = ({ webhooks }: JsonObject): ReadonlyArray<Problem> => {
  const written = Array.isArray(webhooks) ? webhooks.map((one) => (isJsonObject(one) ? one : {})) : []
  return written.flatMap(({ name, secret }, index) => [
    ...(typeof name === 'string' && written.findIndex((other) => other.name === name) < index
      ? [{ path: `webhooks.${index}.name`, message: 'is the name of another webhook' }]
      : []),
    ...(isJsonObject(secret) && 'env' in secret === 'file' in secret
      ? [{ path: `webhooks.${index}.secret`, message: 'must have either env or file' }]
      : []),
  ])
}
