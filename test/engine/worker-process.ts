/** A worker in a process of its own, for tests that kill it. It leaves when its parent disconnects. */
import type { ConfiguredLimits } from '../../src/engine/configured-limits.js'
import { createTasker } from '../../src/main.js'
import { heldHandlers } from './held-handlers.js'

export interface WorkerOrder {
  readonly databaseUrl: string
  readonly redisUrl?: string
  readonly queuePrefix: string
  readonly namespace: string
  readonly limits?: ConfiguredLimits
  /** Of the handlers those that this process has; absent, all. */
  readonly callables?: ReadonlyArray<string>
  readonly concurrency?: number
}

export interface WorkerSaid {
  readonly kind: 'ready' | 'holding' | 'aborted'
}

const say = (kind: WorkerSaid['kind']): void => {
  if (process.connected) process.send?.({ kind })
}

const order: WorkerOrder = JSON.parse(process.argv[2] ?? '')
const { callables } = order
const handlers = heldHandlers(
  () => say('holding'),
  () => say('aborted'),
).filter(({ capability }) => callables === undefined || callables.includes(capability.callable))
const tasker = await createTasker({ concurrency: 4, ...order, handlers })
process.once('disconnect', () => void tasker.close({ graceMs: 0 }))
say('ready')
