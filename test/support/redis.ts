/**
 * The Redis server that REDIS_URL names, and a key prefix that no other test has, so that test files run beside each
 * other on one server. `./scripts/test` provides the server.
 */
import { randomBytes } from 'node:crypto'

export interface TestRedis {
  readonly url: string
  /** Put before every key of the test; for BullMQ it is the `prefix` option. */
  readonly prefix: string
}

export const testRedis = (): TestRedis => {
  const url = process.env.REDIS_URL
  if (url === undefined || url === '') {
    throw new Error('this test needs a Redis server: run it through ./scripts/test, or set REDIS_URL')
  }
  return { url, prefix: `test-${randomBytes(6).toString('hex')}` }
}
