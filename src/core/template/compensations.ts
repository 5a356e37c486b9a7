/**
 * `on_failure` and `on_cancel` of a step: the handlers that undo it. Each is written as one block, and is held against
 * its handler as a step would be that runs after the one it undoes and all that came before it.
 */
import type * as t from 'io-ts'
import { closed } from '../closed.js'
import { jsonObject } from '../events/codecs.js'
import { MAX_CALLABLE_CHARS, MAX_NAME_CHARS } from '../limits.js'
import type { Compensation } from '../step.js'
import { text } from './scalars.js'
import { retry, retryOf, timeoutSeconds } from './step-keys.js'

export const compensation = closed(
  { callable: text(MAX_CALLABLE_CHARS) },
  {
    method: text(MAX_NAME_CHARS),
    resolver: text(MAX_NAME_CHARS),
    initialization: jsonObject,
    retry,
    timeout_seconds: timeoutSeconds,
  },
)

export type WrittenCompensation = t.TypeOf<typeof compensation>

export const COMPENSATION_KEYS = ['on_failure', 'on_cancel'] as const

export const compensationOf = (written: WrittenCompensation): Compensation => {
  const { callable, method, initialization } = written
  return {
    handler: callable,
    ...(method === undefined ? {} : { method }),
    ...(initialization === undefined || Object.keys(initialization).length === 0 ? {} : { config: initialization }),
    ...(written.retry === undefined ? {} : { retry: retryOf(written.retry) }),
    ...(written.timeout_seconds === undefined ? {} : { timeoutMs: Math.round(written.timeout_seconds * 1000) }),
  }
}
