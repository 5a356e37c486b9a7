/** Redis, where it is used: it may lose nothing by itself, since a queue that forgets makes work late. */
import { masked } from '../config/masked.js'
import type { Probes } from '../system.js'
import { advice, bad, type Check, good } from './check.js'
import { isAtLeast } from './surroundings.js'

/** The oldest Redis that is supported. */
export const OLDEST_REDIS = [6, 2] as const

export const examineRedis = async (url: string | undefined, probes: Probes): Promise<ReadonlyArray<Check>> => {
  if (url === undefined) return [good('queue', "BullMQ's Postgres backend; set REDIS_URL for speed and fleets")]
  const report = await probes.redis(url)
  if (!report.reachable) {
    const { code, message, remedy } = report.trouble
    return [{ ...bad('queue', code, message, remedy), unreachable: true }]
  }
  const oldest = OLDEST_REDIS.join('.')
  const version = isAtLeast(report.version, OLDEST_REDIS)
    ? good('queue', `Redis ${report.version} at ${masked(url)}`)
    : bad('queue', 'redis_too_old', `Redis ${report.version} is older than ${oldest}`, `use Redis ${oldest} or newer`)
  return [version, ...evictionChecks(report.maxmemoryPolicy), ...persistenceChecks(report.appendOnly)]
}

/** `undefined` where Redis does not let its settings be read, as hosted ones do not. */
const evictionChecks = (policy: string | undefined): ReadonlyArray<Check> => {
  if (policy === undefined) {
    return [advice('queue', 'maxmemory-policy cannot be read', 'see to it that it is noeviction')]
  }
  if (policy === 'noeviction') return []
  return [
    bad(
      'queue',
      'redis_evicts',
      `maxmemory-policy is ${policy}: Redis may drop jobs`,
      'set maxmemory-policy to noeviction',
    ),
  ]
}

const persistenceChecks = (appendOnly: boolean | undefined): ReadonlyArray<Check> =>
  appendOnly === false
    ? [
        advice(
          'queue',
          'appendonly is off: after a restart the queue is filled again from the log, which takes a moment',
          'set appendonly to yes',
        ),
      ]
    : []
