/** What a Redis server says of itself, as far as a queue cares. Read from INFO, which hosted servers allow too. */
import { Redis } from 'ioredis'
import { QUEUE_TIMEOUT_MS } from '../core/limits.js'
import { unreachable, withoutSecrets } from './queue-fault.js'

/** BullMQ 6 starts from here on (its `RedisConnection.minimumVersion`). */
export const MINIMUM_REDIS_VERSION = '5.0.0'
/** BullMQ 6 warns below this (its `recommendedMinimumVersion`). Our own tests run on 7.0. */
export const RECOMMENDED_REDIS_VERSION = '6.2.0'

export interface RedisState {
  readonly version: string
  /** Anything but `noeviction` lets Redis drop hints under memory pressure; the sweeper sends them again, late. */
  readonly maxmemoryPolicy: string
  /** False: a restart of Redis empties the queues; the sweeper fills them again. */
  readonly appendonly: boolean
}

/** Connects once, asks, and leaves. Throws `queue_unreachable`. */
export const probeRedis = async (url: string): Promise<RedisState> => {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: QUEUE_TIMEOUT_MS,
    commandTimeout: QUEUE_TIMEOUT_MS,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  })
  let reason: unknown
  client.on('error', (error) => {
    reason = error
  })
  try {
    await client.connect()
    return await readRedisState(client)
  } catch (error) {
    throw unreachable(withoutSecrets(url), reason ?? error)
  } finally {
    client.disconnect()
  }
}

export const readRedisState = async (client: Redis): Promise<RedisState> => {
  const lines = (await client.info()).split(/\r?\n/)
  const read = (key: string): string | undefined =>
    lines.find((line) => line.startsWith(`${key}:`))?.slice(key.length + 1)
  return {
    version: read('redis_version') ?? '0',
    maxmemoryPolicy: read('maxmemory_policy') ?? 'unknown',
    appendonly: read('aof_enabled') === '1',
  }
}

/** Compares by numbers, part by part: 6.10 is newer than 6.9. */
export const isOlder = (version: string, than: string): boolean => {
  const left = version.split('.').map(Number)
  for (const [index, right] of than.split('.').map(Number).entries()) {
    const part = left[index] ?? 0
    if (part !== right) return part < right
  }
  return false
}
