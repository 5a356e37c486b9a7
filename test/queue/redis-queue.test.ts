/** The Redis queue keeps the contract, and survives a Redis that goes away, comes back, and has forgotten everything. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isOlder, probeRedis } from '../../src/queue/probe-redis.js'
import { QueueFault } from '../../src/queue/queue-fault.js'
import { createRedisQueue } from '../../src/queue/redis-queue.js'
import { testRedis } from '../support/redis.js'
import { until } from '../support/until.js'
import { hint, type OpenedQueue, queueContract } from './contract.js'
import { handingOnContract } from './handing-on-contract.js'
import { freePort, ownRedis } from './redis-server.js'

const test = suite('Redis queue')

const open = async (options: { readonly url: string; readonly prefix: string }): Promise<OpenedQueue> => {
  const faults: Error[] = []
  return { queue: await createRedisQueue({ ...options, onFault: (fault) => faults.push(fault) }), faults }
}

queueContract(test, () => open(testRedis()))
handingOnContract(test, () => open(testRedis()))

const faultOf = async (promise: Promise<unknown>): Promise<QueueFault> => {
  try {
    await promise
  } catch (error) {
    if (error instanceof QueueFault) return error
    throw error
  }
  throw new Error('it should have failed')
}

test('a Redis that is not there is queue_unreachable at once', async () => {
  const url = `redis://someone:hidden@127.0.0.1:${await freePort()}/2`
  const fault = await faultOf(createRedisQueue({ url, prefix: 'none' }))
  assert.is(fault.code, 'queue_unreachable')
  assert.match(fault.message, 'ECONNREFUSED')
  assert.not.match(fault.message, 'hidden')
  assert.is((await faultOf(probeRedis(url))).code, 'queue_unreachable')
})

test('a Redis that wants another password is queue_refused', async () => {
  const redis = await ownRedis('--requirepass', 'right')
  try {
    assert.is((await faultOf(createRedisQueue({ url: redis.url, prefix: 'none' }))).code, 'queue_refused')
    const wrong = redis.url.replace('//', '//:wrong@')
    assert.is((await faultOf(createRedisQueue({ url: wrong, prefix: 'none' }))).code, 'queue_refused')
  } finally {
    await redis.kill()
  }
})

test('while Redis is down a send fails fast; when it is back, empty, consumers go on and the reset is noticed', async () => {
  const redis = await ownRedis()
  const { queue } = await open({ url: redis.url, prefix: 'restart' })
  const handled: number[] = []
  try {
    const consumer = await queue.consume('catalog', 2, async (one) => void handled.push(one.step))
    assert.is(await queue.wasReset('catalog'), true)
    await queue.send('catalog', [hint(1)])
    await until('the first hint is handled', () => handled.includes(1))
    assert.is(await queue.wasReset('catalog'), false)

    await redis.kill()
    const started = Date.now()
    assert.is((await faultOf(queue.send('catalog', [hint(2)]))).code, 'queue_unreachable')
    assert.is((await faultOf(queue.send('fresh', [hint(2)]))).code, 'queue_unreachable')
    assert.is((await faultOf(queue.consume('fresh', 1, async () => undefined))).code, 'queue_unreachable')
    assert.ok(Date.now() - started < 1_000, 'a send waited for a Redis that is down')

    await redis.restart()
    await until('a send succeeds again', async () => {
      try {
        await queue.send('catalog', [hint(2)])
        return true
      } catch {
        return false
      }
    })
    await until('the second hint is handled', () => handled.includes(2))
    assert.is(await queue.wasReset('catalog'), true)
    assert.is(await queue.wasReset('catalog'), false)
    await queue.send('fresh', [hint(3)])
    assert.is(await queue.depth('fresh'), 1)
    await consumer.close()
  } finally {
    await queue.close()
    await redis.kill()
  }
})

test('consumers close in time while Redis is down, and a handler under way ends first', async () => {
  const redis = await ownRedis()
  const { queue } = await open({ url: redis.url, prefix: 'down' })
  let ended = false
  let release = (): void => undefined
  let started = false
  const consumer = await queue.consume('catalog', 2, async () => {
    started = true
    await new Promise<void>((resolve) => {
      release = resolve
    })
    ended = true
  })
  await queue.send('catalog', [hint(1)])
  await until('the call has started', () => started)
  await redis.kill()
  const closing = consumer.close()
  release()
  await closing
  assert.ok(ended)
  await queue.close()
})

test('a Redis that was flushed is noticed', async () => {
  const redis = await ownRedis()
  const { queue } = await open({ url: redis.url, prefix: 'flushed' })
  try {
    await queue.wasReset('catalog')
    await queue.send('catalog', [hint(1)])
    await flush(redis.url)
    assert.is(await queue.wasReset('catalog'), true)
    await queue.send('catalog', [hint(1)])
    assert.is(await queue.depth('catalog'), 1)
  } finally {
    await queue.close()
    await redis.kill()
  }
})

/** `FLUSHALL` as plain bytes: this test needs no client of its own. */
const flush = async (url: string): Promise<void> => {
  const { connect } = await import('node:net')
  const { port } = new URL(url)
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write('FLUSHALL\r\n'))
    socket.once('data', () => socket.end(resolve)).once('error', reject)
  })
}

test('a probe says what a doctor wants to know', async () => {
  const redis = await ownRedis('--maxmemory-policy', 'allkeys-lru')
  try {
    const state = await probeRedis(redis.url)
    assert.match(state.version, /^\d+\.\d+/)
    assert.is(state.maxmemoryPolicy, 'allkeys-lru')
    assert.is(state.appendonly, false)
  } finally {
    await redis.kill()
  }
})

test('versions compare by number', () => {
  assert.ok(isOlder('4.0.14', '5.0.0'))
  assert.ok(isOlder('6.9.1', '6.10.0'))
  assert.not(isOlder('7.0.15', '5.0.0'))
  assert.not(isOlder('5.0.0', '5.0.0'))
})

test.run()
