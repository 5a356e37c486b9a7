/** When a failed attempt is tried again (DESIGN, section 5, rule 9). Pure: chance comes in as a number. */
import {
  DEFAULT_BACKOFF_BASE_MS,
  DEFAULT_BACKOFF_CAP_MS,
  DEFAULT_JITTER,
  DEFAULT_MAX_ATTEMPTS,
  DEFAULT_MAX_LOSSES,
  MAX_RETRY_AFTER_MS,
} from './limits.js'
import type { RetryPolicy } from './step.js'

export interface Failure {
  /** Failed attempts since the last reset, this one included; 1 at least. */
  readonly failures: number
  readonly retryable: boolean
  readonly retryAfterMs: number | undefined
  /** 0 ≤ random < 1. */
  readonly random: number
}

/** Milliseconds until the next attempt, or undefined where there is none. */
export const retryDelayMs = (policy: RetryPolicy = {}, failure: Failure): number | undefined => {
  if (!failure.retryable || policy.retryable === false) return undefined
  if (failure.failures >= (policy.maxAttempts ?? DEFAULT_MAX_ATTEMPTS)) return undefined
  if (failure.retryAfterMs !== undefined) return Math.min(Math.max(0, failure.retryAfterMs), MAX_RETRY_AFTER_MS)
  return jittered(
    policy,
    Math.min(backoffMs(policy, failure.failures), policy.capMs ?? DEFAULT_BACKOFF_CAP_MS),
    failure.random,
  )
}

export const mayLoseAgain = (policy: RetryPolicy = {}, losses: number): boolean =>
  losses < (policy.maxLosses ?? DEFAULT_MAX_LOSSES)

const backoffMs = (policy: RetryPolicy, failures: number): number => {
  const base = policy.baseMs ?? DEFAULT_BACKOFF_BASE_MS
  switch (policy.backoff ?? 'exponential') {
    case 'none':
      return 0
    case 'linear':
      return base * failures
    case 'exponential':
      return base * 2 ** (failures - 1)
    case 'fibonacci':
      return base * fibonacci(failures)
  }
}

const fibonacci = (n: number): number => {
  let [previous, current] = [0, 1]
  for (let index = 1; index < n; index += 1) [previous, current] = [current, previous + current]
  return current
}

/** Varies the delay by its share of jitter to both sides, never beyond the cap. */
const jittered = (policy: RetryPolicy, delayMs: number, random: number): number => {
  const share = policy.jitter ?? DEFAULT_JITTER
  const varied = delayMs * (1 + share * (2 * random - 1))
  return Math.round(Math.min(varied, policy.capMs ?? DEFAULT_BACKOFF_CAP_MS))
}
