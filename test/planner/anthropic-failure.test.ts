import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { anthropicPlanner } from '../../src/planner/anthropic.js'
import { failureOf, good, KEY, never, refused, request, said, withServer } from './asking-claude.js'

test('too many requests: tried again later, when the other side says so', async () => {
  const failure = await failureOf(refused(429, 'rate_limit_error', { 'retry-after': '7' }))
  assert.equal([failure.code, failure.retryable, failure.retryAfterMs], ['rate_limited', true, 7_000])
  assert.is(failure.usage?.inputTokens, 0)
  assert.match(failure.message, /429 rate_limit_error happened \(request req_1\)/)
  const precise = await failureOf(refused(429, 'rate_limit_error', { 'retry-after-ms': '1500', 'retry-after': '7' }))
  assert.is(precise.retryAfterMs, 1_500)
  const dated = await failureOf(
    refused(429, 'rate_limit_error', { 'retry-after': new Date(Date.now() + 60_000).toUTCString() }),
  )
  assert.ok((dated.retryAfterMs ?? 0) > 50_000 && (dated.retryAfterMs ?? 0) <= 60_000)
  assert.is((await failureOf(refused(429, 'rate_limit_error'))).retryAfterMs, undefined)
  assert.is((await failureOf(refused(429, 'rate_limit_error', { 'retry-after': 'soon' }))).retryAfterMs, undefined)
})

test('an overloaded or broken other side is tried again', async () => {
  for (const [status, type, code] of [
    [529, 'overloaded_error', 'overloaded'],
    [500, 'api_error', 'unavailable'],
    [503, 'api_error', 'unavailable'],
    [504, 'timeout_error', 'unavailable'],
    [408, 'timeout_error', 'timeout'],
  ] as const) {
    const failure = await failureOf(refused(status, type))
    assert.equal([failure.code, failure.retryable], [code, true], `${status}`)
    assert.is(failure.usage?.outputTokens, 0)
  }
})

test('what another try cannot mend is permanent, and waits for nothing', async () => {
  for (const [status, type, code] of [
    [400, 'invalid_request_error', 'bad_request'],
    [401, 'authentication_error', 'unauthenticated'],
    [403, 'permission_error', 'forbidden'],
    [404, 'not_found_error', 'not_found'],
    [413, 'request_too_large', 'too_large'],
    [422, 'invalid_request_error', 'bad_request'],
  ] as const) {
    const failure = await failureOf(refused(status, type, { 'retry-after': '7' }))
    assert.equal([failure.code, failure.retryable, failure.retryAfterMs], [code, false, undefined], `${status}`)
  }
})

test('a planner that does not answer in time has failed, and nobody knows what the call used', async () => {
  const failure = await failureOf({ kind: 'silence' }, { timeoutMs: 50 })
  assert.equal([failure.code, failure.retryable, failure.usage], ['timeout', true, undefined])
})

test('a connection that is reset before an answer began leaves the use unknown', async () => {
  const failure = await failureOf({ kind: 'reset' })
  assert.equal([failure.code, failure.retryable, failure.usage], ['unavailable', true, undefined])
})

test('a connection that nobody accepted used nothing', async () => {
  const { url } = await withServer([], async (server) => server)
  const answer = await anthropicPlanner({ apiKey: KEY, baseURL: url }).plan(request(), never)
  if (answer.kind !== 'failed') throw new Error('the call did not fail')
  assert.equal([answer.code, answer.retryable, answer.usage?.inputTokens], ['unavailable', true, 0])
  assert.match(answer.message, /ECONNREFUSED/)
})

test('a stream that breaks off is no answer, and nobody knows what it used', async () => {
  for (const how of ['reset', 'close', { type: 'overloaded_error' }, { type: 'api_error' }] as const) {
    const failure = await failureOf(said(good, { breaksAfter: { events: 5, how } }))
    const code = typeof how === 'object' && how.type === 'overloaded_error' ? 'overloaded' : 'unavailable'
    assert.equal([failure.code, failure.retryable], [code, true], JSON.stringify(how))
    assert.is(failure.usage, undefined, JSON.stringify(how))
  }
})

test('what is not the protocol is a fault of the other side', async () => {
  for (const body of ['<html>hello</html>', 'event: message_start\ndata: {broken\n\n', '']) {
    const failure = await failureOf({ kind: 'garbage', body })
    assert.equal([failure.code, failure.retryable], ['unavailable', true], body)
  }
})

test.run()
