/** The memory queue keeps the contract, and can lose everything like a store can. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createMemoryQueue } from '../../src/queue/memory-queue.js'
import { hint, queueContract } from './contract.js'
import { handingOnContract } from './handing-on-contract.js'

const test = suite('memory queue')

const open = async () => {
  const faults: Error[] = []
  return { queue: createMemoryQueue((fault) => faults.push(fault)), faults }
}

queueContract(test, open)
handingOnContract(test, open)

test('a queue that lost its hints says so once, and takes them again', async () => {
  const queue = createMemoryQueue()
  await queue.wasReset('catalog')
  await queue.send('catalog', [hint(1)])
  queue.lose()
  assert.is(await queue.wasReset('catalog'), true)
  assert.is(await queue.wasReset('catalog'), false)
  assert.is(await queue.depth('catalog'), 0)
  await queue.send('catalog', [hint(1)])
  assert.is(await queue.depth('catalog'), 1)
})

test.run()
