/** Limits as an operator writes them, checked once and handled in milliseconds ever after. */
import type { ClaimLimit, ClaimLimits } from '../core/claim-limits.js'
import { MAX_CLAIM_LIMIT, MAX_RATE_SECONDS, NAMESPACE } from '../core/limits.js'

/**
 * How many attempts run at a time, and how many begin in a time, over all processes together: by queue (a namespace, or
 * `catalog`), and by the names that steps state as their `limit_key`. The same in every process: each claim brings the
 * limits that its own process knows.
 */
export interface ConfiguredLimits {
  readonly queues?: Readonly<Record<string, ConfiguredLimit>>
  readonly keys?: Readonly<Record<string, ConfiguredLimit>>
}

/** One of the two at least. */
export interface ConfiguredLimit {
  /** Attempts at a time, from 1. */
  readonly concurrency?: number
  /** `max` attempts may begin at once, and as many again within each `perSeconds`, evenly. */
  readonly rate?: { readonly max: number; readonly perSeconds: number }
}

export class LimitsInvalid extends Error {
  readonly code = 'limits_invalid'
  constructor(path: string, message: string) {
    super(`limits.${path}: ${message}`)
    this.name = 'LimitsInvalid'
  }
}

/** Throws `LimitsInvalid`. */
export const claimLimitsOf = ({ queues = {}, keys = {} }: ConfiguredLimits): ClaimLimits => ({
  queues: checked('queues', queues),
  keys: checked('keys', keys),
})

const checked = (section: string, limits: Readonly<Record<string, ConfiguredLimit>>): Record<string, ClaimLimit> =>
  Object.fromEntries(
    Object.entries(limits).map(([name, limit]) => {
      const path = `${section}.${name}`
      if (!NAMESPACE.test(name)) throw new LimitsInvalid(path, 'is no name of a queue or a key')
      return [name, limitAt(path, limit)]
    }),
  )

const limitAt = (path: string, { concurrency, rate }: ConfiguredLimit): ClaimLimit => {
  if (concurrency === undefined && rate === undefined) throw new LimitsInvalid(path, 'must state concurrency or rate')
  return {
    ...(concurrency === undefined ? {} : { concurrency: countAt(`${path}.concurrency`, concurrency) }),
    ...(rate === undefined
      ? {}
      : { rate: { max: countAt(`${path}.rate.max`, rate.max), perMs: timeAt(`${path}.rate`, rate.perSeconds) } }),
  }
}

const countAt = (path: string, count: number): number => {
  if (Number.isInteger(count) && count >= 1 && count <= MAX_CLAIM_LIMIT) return count
  throw new LimitsInvalid(path, `must be a whole number from 1 to ${MAX_CLAIM_LIMIT}`)
}

const timeAt = (path: string, seconds: number): number => {
  if (seconds >= 0.001 && seconds <= MAX_RATE_SECONDS) return Math.round(seconds * 1000)
  throw new LimitsInvalid(path, `must be per 0.001 to ${MAX_RATE_SECONDS} seconds`)
}
