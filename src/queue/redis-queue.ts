/**
 * The Redis back end. All producers of a process share one client, which refuses commands while Redis is away instead
 * of holding them back; each consumer has connections of its own, which wait for Redis to come back.
 */
import { Queue as BullMqQueue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { QUEUE_EVENTS_KEPT, QUEUE_FAULT_QUIET_MS, QUEUE_TIMEOUT_MS } from '../core/limits.js'
import type { Queue } from '../ports/queue.js'
import type { OpenedWorker, Processor, WorkerSettings } from './bull-consumer.js'
import { createBullQueue } from './bull-queue.js'
import { isOlder, MINIMUM_REDIS_VERSION, readRedisState } from './probe-redis.js'
import { type FaultListener, oncePerOutage, QueueFault, unreachable, withoutSecrets } from './queue-fault.js'

export interface RedisQueueOptions {
  /** `redis://` or `rediss://`, with credentials and a database number where needed. */
  readonly url: string
  /** Before every key. Two installations on one Redis need two prefixes, else they read each other's hints. */
  readonly prefix: string
  readonly onFault?: FaultListener
}

/**
 * Connects and resolves when Redis answers. Throws a `QueueFault`: `queue_unreachable`, `queue_refused` for wrong
 * credentials, `queue_server_too_old`. After that an outage is survived: `send` fails fast, consumers come back.
 */
export const createRedisQueue = async (options: RedisQueueOptions): Promise<Queue> => {
  const address = withoutSecrets(options.url)
  const onFault = oncePerOutage(options.onFault ?? (() => undefined), QUEUE_FAULT_QUIET_MS)
  const client = await connect(options.url, address, onFault)
  return createBullQueue(
    {
      address,
      openProducer: (name) =>
        new BullMqQueue(name, {
          connection: client,
          prefix: options.prefix,
          streams: { events: { maxLen: QUEUE_EVENTS_KEPT } },
        }),
      openWorker: (name, processor, settings) => openWorker(options, client, name, processor, settings),
      isUp: () => client.status === 'ready',
      onLost(listener) {
        client.once('close', listener)
        return () => client.off('close', listener)
      },
      async close() {
        client.disconnect()
      },
    },
    onFault,
  )
}

const RECONNECT = {
  connectTimeout: QUEUE_TIMEOUT_MS,
  retryStrategy: (times: number): number => Math.min(times * 50, 1_000),
}

const connect = async (url: string, address: string, onFault: FaultListener): Promise<Redis> => {
  const client = new Redis(url, {
    ...RECONNECT,
    lazyConnect: true,
    enableOfflineQueue: false,
    commandTimeout: QUEUE_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
  })
  let reason: unknown
  client.on('error', (error) => {
    reason = error
    onFault(error)
  })
  try {
    await client.connect()
    const { version } = await readRedisState(client)
    if (isOlder(version, MINIMUM_REDIS_VERSION)) {
      throw new QueueFault(
        'queue_server_too_old',
        `Redis at ${address} is version ${version}; ${MINIMUM_REDIS_VERSION} or later is needed`,
      )
    }
    return client
  } catch (error) {
    client.disconnect()
    if (error instanceof QueueFault) throw error
    throw refusal(address, error) ?? refusal(address, reason) ?? unreachable(address, reason ?? error)
  }
}

const openWorker = (
  options: RedisQueueOptions,
  producer: Redis,
  name: string,
  processor: Processor,
  settings: WorkerSettings,
): OpenedWorker => {
  let abandoned = false
  const worker = new Worker(name, processor, {
    ...settings,
    connection: {
      url: options.url,
      maxRetriesPerRequest: null,
      ...RECONNECT,
      // A client that gives up reconnecting rejects every command that it held back; nothing else makes it.
      retryStrategy: (times) => (abandoned ? null : RECONNECT.retryStrategy(times)),
    },
    prefix: options.prefix,
  })
  const clients = async () => {
    const { client, blockingClient } = worker.getBackend()
    const connected = [await client, await blockingClient]
    return connected.filter((one) => one !== undefined)
  }
  return {
    worker,
    async giveUp() {
      // Before anything is awaited: a client that never came up is awaited for ever unless it stops trying.
      abandoned = producer.status !== 'ready'
      const away = (await clients()).filter((client) => client.status !== 'ready')
      abandoned ||= away.length > 0
      const ended = (client: (typeof away)[number]) => new Promise<void>((resolve) => client.once('end', resolve))
      await Promise.all(away.filter((client) => client.status !== 'end').map(ended))
    },
    async cut() {
      for (const client of await clients()) client.disconnect()
    },
  }
}

const refusal = (address: string, error: unknown): QueueFault | undefined =>
  error instanceof Error && /^(NOAUTH|WRONGPASS|NOPERM|ERR (invalid password|AUTH))/.test(error.message)
    ? new QueueFault('queue_refused', `Redis at ${address} refuses: ${error.message}`, { cause: error })
    : undefined
