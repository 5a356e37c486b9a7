import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { MAX_RETRY_AFTER_MS } from '../../src/core/limits.js'
import { retryDelayMs } from '../../src/core/retry.js'
import type { RetryPolicy } from '../../src/core/step.js'

const test = suite('retries')

const delays = (policy: RetryPolicy, failures = 5): ReadonlyArray<number | undefined> =>
  Array.from({ length: failures }, (_, index) =>
    retryDelayMs(
      { maxAttempts: 10, baseMs: 100, capMs: 700, jitter: 0, ...policy },
      {
        failures: index + 1,
        retryable: true,
        retryAfterMs: undefined,
        random: 0.5,
      },
    ),
  )

test('each kind of backoff grows as it is named, up to its cap', () => {
  assert.equal(delays({ backoff: 'none' }), [0, 0, 0, 0, 0])
  assert.equal(delays({ backoff: 'linear' }), [100, 200, 300, 400, 500])
  assert.equal(delays({ backoff: 'exponential' }), [100, 200, 400, 700, 700])
  assert.equal(delays({ backoff: 'fibonacci' }), [100, 100, 200, 300, 500])
})

test('jitter varies the delay to both sides by its share, and never passes the cap', () => {
  const at = (random: number) =>
    retryDelayMs(
      { baseMs: 1_000, jitter: 0.2, backoff: 'linear', capMs: 1_100 },
      {
        failures: 1,
        retryable: true,
        retryAfterMs: undefined,
        random,
      },
    )
  assert.is(at(0), 800)
  assert.is(at(0.5), 1_000)
  assert.is(at(0.999_999), 1_100)
})

test("the other side's hint wins over the backoff, up to its own cap", () => {
  const hinted = (retryAfterMs: number) =>
    retryDelayMs({ baseMs: 10 }, { failures: 1, retryable: true, retryAfterMs, random: 0.5 })
  assert.is(hinted(5_000), 5_000)
  assert.is(hinted(MAX_RETRY_AFTER_MS * 9), MAX_RETRY_AFTER_MS)
  assert.is(hinted(-1), 0)
})

test('what is not retryable, by its failure or by its step, is not retried', () => {
  const failure = { failures: 1, retryable: true, retryAfterMs: undefined, random: 0.5 }
  assert.is(retryDelayMs({}, { ...failure, retryable: false }), undefined)
  assert.is(retryDelayMs({ retryable: false }, failure), undefined)
  assert.is(retryDelayMs({ maxAttempts: 1 }, failure), undefined)
})

test.run()
