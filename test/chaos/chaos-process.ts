/** One process of the fleet, an engine or a worker, which is killed at any moment. It leaves when its parent does. */
import { createTasker, type Tasker } from '../../src/main.js'
import { CHILD, chaosHandlers } from './handlers.js'
import { NAMESPACE, SCARCE } from './story.js'

export interface ChaosOrder {
  readonly role: 'engine' | 'worker'
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly queuePrefix: string
}

export const LIMITS = {
  queues: { [NAMESPACE]: { concurrency: 24 } },
  keys: { [SCARCE]: { concurrency: 3 } },
}

const ROLES = {
  // What `tasker serve` does, but for HTTP …
  engine: { serves: 'none', sweeps: true, projections: true },
  // … and what `tasker worker` does.
  worker: { serves: 'all', sweeps: true, projections: false, concurrency: 10 },
} as const

const run = async ({ role, ...order }: ChaosOrder): Promise<void> => {
  const started: { tasker?: Tasker } = {}
  const childTemplate = async () => {
    if (started.tasker === undefined) throw new Error('a step ran before its process had started')
    return started.tasker.template(CHILD)
  }
  const options = { ...order, ...ROLES[role], namespace: NAMESPACE, limits: LIMITS }
  started.tasker = await createTasker({ ...options, handlers: chaosHandlers(childTemplate) })
  process.once('disconnect', () => void started.tasker?.close({ graceMs: 0 }).finally(() => process.exit()))
  process.send?.('ready')
}

if (process.argv[2] !== undefined && process.send !== undefined) await run(JSON.parse(process.argv[2]))
