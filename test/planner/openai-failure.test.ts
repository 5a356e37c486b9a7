import { createServer } from 'node:http'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { MAX_PLANNER_MESSAGE_CHARS } from '../../src/core/limits.js'
import { openAiPlanner } from '../../src/planner/openai.js'
import { never, request } from './asking-claude.js'
import { askedOnce, chatFailure, completion, good, OPENAI_KEY, withChatServer } from './asking-openai.js'

const error = (status: number, code: string | null, headers: Readonly<Record<string, string>> = {}) =>
  ({
    kind: 'error',
    status,
    body: { error: { message: `${status} happened`, type: 'x', param: null, code } },
    headers,
  }) as const

test('too many requests: tried again later, when the other side says so', async () => {
  const failure = await chatFailure(error(429, 'rate_limit_exceeded', { 'retry-after': '7' }))
  assert.equal([failure.code, failure.retryable, failure.retryAfterMs], ['rate_limited', true, 7_000])
  assert.is(failure.usage?.inputTokens, 0)
  assert.is(failure.message, '429 429 happened (request req_1)')
  assert.is((await chatFailure(error(429, null, { 'retry-after-ms': '1500' }))).retryAfterMs, 1_500)
})

test('a quota that is used up does not come back by waiting', async () => {
  const failure = await chatFailure(error(429, 'insufficient_quota', { 'retry-after': '7' }))
  assert.equal([failure.code, failure.retryable, failure.retryAfterMs], ['payment_required', false, undefined])
})

test('a broken or overloaded other side is tried again, and what is wrong with the request is not', async () => {
  for (const [status, code, told, retryable] of [
    [500, null, 'unavailable', true],
    [502, null, 'unavailable', true],
    [503, 'server_error', 'unavailable', true],
    [529, null, 'overloaded', true],
    [408, null, 'timeout', true],
    [400, null, 'bad_request', false],
    [400, 'context_length_exceeded', 'too_large', false],
    [400, 'content_filter', 'refused', false],
    [401, 'invalid_api_key', 'unauthenticated', false],
    [403, null, 'forbidden', false],
    [404, 'model_not_found', 'not_found', false],
    [413, null, 'too_large', false],
  ] as const) {
    const failure = await chatFailure(error(status, code))
    assert.equal([failure.code, failure.retryable], [told, retryable], `${status} ${code}`)
    assert.is(failure.usage?.outputTokens, 0)
  }
})

test('endpoints tell their errors in many forms', async () => {
  for (const [body, said] of [
    [{ error: 'model "x" not found' }, 'model "x" not found'],
    [{ detail: 'Not Found' }, 'Not Found'],
    [{ message: 'no such model', object: 'error' }, 'no such model'],
    ['<html>Bad Gateway</html>', '<html>Bad Gateway</html>'],
    ['', 'no reason was given'],
  ] as const) {
    assert.is((await chatFailure({ kind: 'error', status: 404, body })).message, `404 ${said} (request req_1)`)
  }
  const long = await chatFailure({ kind: 'error', status: 500, body: 'x'.repeat(100_000) })
  assert.is(long.message.length, MAX_PLANNER_MESSAGE_CHARS)
})

test('of an answer that broke off nobody knows what it used, and it is no answer', async () => {
  for (const how of ['reset', 'close', { code: 'server_error' }] as const) {
    const failure = await chatFailure(completion(good, { breaksAfter: { pieces: 3, how } }))
    assert.equal(
      [failure.code, failure.retryable, failure.usage],
      ['unavailable', true, undefined],
      JSON.stringify(how),
    )
  }
  const limited = await chatFailure(
    completion(good, { breaksAfter: { pieces: 3, how: { code: 'rate_limit_exceeded' } } }),
  )
  assert.equal([limited.code, limited.usage], ['rate_limited', undefined])
})

test('an endpoint that is not there was never reached; one that resets may have been', async () => {
  const gone = createServer()
  await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve))
  const address = gone.address()
  await new Promise((resolve) => gone.close(resolve))
  const port = typeof address === 'object' ? address?.port : 0
  const answer = await openAiPlanner({ baseURL: `http://127.0.0.1:${port}/v1` }).plan(request(), never)
  assert.ok(answer.kind === 'failed')
  assert.equal([answer.code, answer.retryable, answer.usage?.inputTokens], ['unavailable', true, 0])
  assert.match(answer.message, /ECONNREFUSED/)
  const reset = await chatFailure({ kind: 'reset' })
  assert.equal([reset.code, reset.usage], ['unavailable', undefined])
})

test("what is no completion is nobody's answer", async () => {
  for (const [type, body] of [
    ['application/json', '{'],
    ['application/json', '[]'],
    ['application/json', '{}'],
    ['text/event-stream', 'data: {"choices": [\n\n'],
    ['text/event-stream', 'data: 7\n\n'],
    ['text/event-stream', ''],
    ['text/html', '<html></html>'],
  ] as const) {
    const failure = await chatFailure({ kind: 'bytes', type, body })
    assert.equal([failure.code, failure.retryable], ['unavailable', true], `${type} ${body}`)
  }
  const told = await chatFailure({
    kind: 'bytes',
    type: 'application/json',
    body: '{"error": {"message": "no model is loaded"}}',
  })
  assert.equal([told.code, told.message], ['unavailable', 'no model is loaded'])
})

test('a choice that nobody asked for, and parts that are no text, are no answer', async () => {
  const body = JSON.stringify({
    choices: [
      { index: 1, message: { content: 'another' }, finish_reason: 'stop' },
      {
        index: 0,
        message: { content: [{ type: 'text', text: '{"a":' }, { type: 'image' }, { type: 'text', text: '1}' }] },
        finish_reason: 'stop',
      },
      7,
    ],
  })
  const answer = await askedOnce({ kind: 'bytes', type: 'application/json', body })
  assert.is(answer.kind === 'answered' && answer.raw, '{"a":1}')
})

test('an answer that does not come in time, or that nobody waits for, is given up', async () => {
  const late = await chatFailure({ kind: 'silence' }, { timeoutMs: 50 })
  assert.equal([late.code, late.retryable, late.usage], ['timeout', true, undefined])
  await withChatServer([{ kind: 'silence' }], async (server) => {
    const controller = new AbortController()
    const answer = openAiPlanner({ apiKey: OPENAI_KEY, baseURL: server.url }).plan(request(), controller.signal)
    controller.abort()
    const failure = await answer
    assert.is(failure.kind === 'failed' && failure.code, 'aborted')
  })
})

test('the key goes to the endpoint that was named and to no other, and stands in no error', async () => {
  await withChatServer([], async (other) => {
    const failure = await chatFailure({ kind: 'redirect', to: `${other.url}/chat/completions` })
    assert.is(failure.code, 'unavailable')
    assert.match(failure.message, /redirect/)
    assert.is(other.received.length, 0)
  })
  const repeated = await chatFailure({
    kind: 'error',
    status: 401,
    body: { error: { message: `bad key ${OPENAI_KEY}` } },
  })
  assert.is(repeated.message, '401 bad key *** (request req_1)')
})

test.run()
