/** Limits of a simulated world: on or off by its seed, never passed while it runs, and nothing held when it is over. */
import type { ClaimLimits } from '../../src/core/claim-limits.js'
import { NO_LIMITS } from '../../src/core/claim-limits.js'
import type { MemoryStore } from '../../src/log/memory-store.js'
import { mostAtATime } from '../support/overlaps.js'

const AT_A_TIME = 2

export const limitsOfSeed = (seed: number): ClaimLimits =>
  seed % 2 === 0 ? NO_LIMITS : { queues: { default: { concurrency: AT_A_TIME } }, keys: {} }

/** What is wrong, or undefined. */
export const slotFaultIn = async (store: MemoryStore, { queues }: ClaimLimits): Promise<string | undefined> => {
  const held = [...store.slots.values()].reduce((sum, holders) => sum + holders.size, 0)
  if (held > 0) return `${held} slots are held though nothing runs`
  if (queues.default === undefined) return undefined
  const readAll = async (after: number) => store.events.slice(after)
  const most = await mostAtATime({ readAll, position: async () => store.events.length })
  return most > AT_A_TIME ? `${most} attempts ran at a time` : undefined
}
