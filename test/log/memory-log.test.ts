/** The memory log keeps the contract, by a clock that stands still. */
import { suite } from 'uvu'
import { createMemoryLog } from '../../src/log/memory-log.js'
import { createMemoryStore, putInInbox } from '../../src/log/memory-store.js'
import type { Clock } from '../../src/ports/clock.js'
import { logContract } from './contract.js'

const test = suite('memory log')

const clock: Clock = {
  now: () => Date.UTC(2026, 0, 1),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms)
    return { cancel: () => clearTimeout(timer) }
  },
  random: () => 0.5,
}

logContract(test, async () => {
  const store = createMemoryStore()
  return {
    log: createMemoryLog(clock, store),
    other: createMemoryLog(clock, store),
    putInInbox: async (row) => putInInbox(store, row),
  }
})

test.run()
