import { createServer } from 'node:http'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { MAX_PLANNER_ANSWER_BYTES } from '../../src/core/limits.js'
import { anthropicPlanner } from '../../src/planner/anthropic.js'
import { guard, guardedFetch } from '../../src/planner/guarded-fetch.js'
import { openAiPlanner } from '../../src/planner/openai.js'
import { planStep } from '../../src/planner/plan-step.js'
import type { Planner } from '../../src/ports/planner.js'
import { good, KEY, never, request } from './asking-claude.js'
import { completion, OPENAI_KEY, withChatServer } from './asking-openai.js'
import { brief } from './briefs.js'
import { rejected, scriptedSession } from './scripted-session.js'

const through = async (chunks: ReadonlyArray<Uint8Array>, maxBytes = 1_000): Promise<string> => {
  const source = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
  return new Response(source.pipeThrough(guard(maxBytes))).text()
}

test('text that is UTF-8 passes as it is, however it is cut', async () => {
  const text = 'data: {"a": "äöü 😀 \ufffd"}\n\ndata: [DONE]'
  const bytes = Buffer.from(text)
  for (let size = 1; size < 12; size++) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.subarray(at * size, (at + 1) * size),
    )
    assert.is(await through(chunks), text)
  }
})

test('bytes that are no UTF-8 become half a surrogate pair, which nothing can store', async () => {
  const bytes = Buffer.concat([Buffer.from('{"ok": "ä"}\n{"a": "'), Buffer.from([0xff, 0xc3]), Buffer.from('x"}')])
  const [fine, broken] = (await through([bytes.subarray(0, 21), bytes.subarray(21)])).split('\n')
  assert.equal(JSON.parse(fine ?? ''), { ok: 'ä' })
  assert.equal(JSON.parse(broken ?? ''), { a: '\udc80\udc80x' })
})

test('no more is read than the limit', async () => {
  let failure: unknown
  await through([Buffer.alloc(600), Buffer.alloc(600)]).catch((error) => {
    failure = error
  })
  assert.is(failure instanceof Error && failure.message, 'the answer has more than 1000 bytes')
})

/** A server that sends these bytes to whoever asks, as a stream of events. */
const withBytes = async <A>(body: () => Iterable<Uint8Array>, use: (url: string) => Promise<A>): Promise<A> => {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const chunk of body()) response.write(chunk)
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  try {
    return await use(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

const PROVIDERS: ReadonlyArray<readonly [string, (url: string) => Planner]> = [
  ['anthropic', (baseURL) => anthropicPlanner({ apiKey: KEY, baseURL })],
  ['openai', (url) => openAiPlanner({ apiKey: OPENAI_KEY, baseURL: `${url}/v1` })],
]

test('an answer without end is broken off, and another attempt would not help', async () => {
  for (const [name, plannerAt] of PROVIDERS) {
    function* endless() {
      const line = Buffer.from(`data: ${'x'.repeat(1024 * 1024)}\n`)
      for (let sent = 0; sent <= MAX_PLANNER_ANSWER_BYTES; sent += line.length) yield line
    }
    const answer = await withBytes(endless, (url) => plannerAt(url).plan(request(), never))
    if (answer.kind !== 'failed') throw new Error('the planner answered')
    assert.equal([answer.code, answer.retryable, answer.usage], ['answer_too_large', false, undefined], name)
    assert.match(answer.message, /the answer has more than 134217728 bytes/)
  }
})

test('an answer that is no UTF-8 is no fragment, and what is recorded of it can be stored', async () => {
  await withChatServer([completion(good)], async (server) => {
    const honest = await guardedFetch(`${server.url}/chat/completions`, { method: 'POST', body: '{}' })
    assert.is(honest.status, 401)
  })
  const chunk = Buffer.from(
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: good.replace('One step', '@') }, finish_reason: 'stop' }] })}\n\n`,
  )
  const at = chunk.indexOf('@')
  const bytes = () => [chunk.subarray(0, at), Buffer.from([0xc3, 0x28]), chunk.subarray(at + 1)]
  const session = scriptedSession(brief({ maxRevisions: 0 }), [rejected('')])
  await withBytes(bytes, (url) =>
    planStep(session, openAiPlanner({ baseURL: `${url}/v1` }), { model: 'local' }).catch(() => undefined),
  )
  assert.is(session.proposals[0]?.fragment, null)
  assert.match(session.proposals[0]?.raw ?? '', /\ufffd\(/)
})

test.run()
