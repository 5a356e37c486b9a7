import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openAiPlanner } from '../../src/planner/openai.js'
import { planStep } from '../../src/planner/plan-step.js'
import { StepFailure } from '../../src/ports/handler.js'
import { strictProblem } from '../support/chat-rules.js'
import { never, request } from './asking-claude.js'
import { chatAnswer, completion, good, OPENAI_KEY, withChatServer } from './asking-openai.js'
import { brief, fragment } from './briefs.js'
import { accepted, rejected, scriptedSession } from './scripted-session.js'

const gpt = (changes = {}) => request({ model: 'gpt-test', ...changes })

test('a whole phase: the model plans, is rejected, gets the findings, and its revision is accepted', async () => {
  await withChatServer([completion('{"steps": []}'), completion(good)], async (server) => {
    const session = scriptedSession(brief(), [rejected('planning_context'), accepted])
    await planStep(session, openAiPlanner({ apiKey: OPENAI_KEY, baseURL: server.url }), { model: 'gpt-test' })
    assert.equal(session.story, ['request 0', 'propose', 'judge rejected', 'request 1', 'propose', 'judge accepted'])
    const [first, second] = server.received.map(({ body }) => body)
    assert.equal(
      first?.messages?.map(({ role }) => role),
      ['system', 'user'],
    )
    assert.equal(
      second?.messages?.map(({ role }) => role),
      ['system', 'user', 'assistant', 'user'],
    )
    for (const [index, body] of [first, second].entries()) {
      const recorded = session.calls[index]?.prompt
      assert.is(body?.messages?.[0]?.content, recorded?.system)
      assert.is(body?.messages?.[1]?.content, recorded?.prompt)
      assert.is(body?.max_tokens, recorded?.max_output_tokens)
    }
    assert.is(session.calls[0]?.provider, 'openai')
    assert.equal(session.proposals.at(-1)?.fragment, fragment())
  })
})

test('the answer is held to a strict schema, streamed, with its use, and nothing but the key proves who asks', async () => {
  await withChatServer([completion(good)], async (server) => {
    await openAiPlanner({ apiKey: OPENAI_KEY, baseURL: server.url }).plan(gpt(), never)
    const [received] = server.received
    assert.is(received?.body.response_format?.type, 'json_schema')
    assert.is(strictProblem(received?.body.response_format?.json_schema?.schema, ''), undefined)
    assert.is(received?.body.stream, true)
    assert.equal(received?.body.stream_options, { include_usage: true })
    assert.is(received?.body.tools, undefined)
    assert.is(received?.headers.authorization, `Bearer ${OPENAI_KEY}`)
  })
})

test('a server of local models wants no key and gets none', async () => {
  await withChatServer(
    [completion(good)],
    async (server) => {
      const answer = await openAiPlanner({ baseURL: `${server.url}/` }).plan(gpt(), never)
      assert.is(answer.kind, 'answered')
      assert.is(server.received[0]?.headers.authorization, undefined)
    },
    { key: false },
  )
})

test('an answer comes back as it was written, streamed or not, with what was thought and what it used', async () => {
  const usage = { prompt_tokens: 1_000, completion_tokens: 222, prompt_tokens_details: { cached_tokens: 900 } }
  for (const streaming of ['with_usage', 'not'] as const) {
    const answer = await chatAnswer(completion(good, { reasoning: 'Three regions 😀.', usage, model: 'gpt-real' }), {
      streaming,
    })
    assert.is(answer.raw, good, streaming)
    assert.is(answer.thinking, 'Three regions 😀.')
    assert.equal([answer.stopReason, answer.model], ['end_turn', 'gpt-real'])
    assert.equal(answer.usage, { inputTokens: 100, outputTokens: 222, cacheReadTokens: 900, cacheWriteTokens: 0 })
  }
})

test('what an endpoint does not offer is asked for in the next simpler form, and that form is kept', async () => {
  const script = [completion(good), completion(good)]
  const offers = { formats: [], limits: ['max_completion_tokens'], streaming: 'not' } as const
  await withChatServer(
    script,
    async (server) => {
      const planner = openAiPlanner({ apiKey: OPENAI_KEY, baseURL: server.url })
      for (const _ of script) assert.is((await planner.plan(gpt(), never)).kind, 'answered')
      const refused = server.received.map((received) => received.refused)
      // The name of the limit, the stream, the schema and the mode of JSON are each refused once.
      assert.equal(refused, [true, true, true, true, false, false])
      const last = server.received.at(-1)?.body
      assert.equal([last?.response_format, last?.stream, last?.max_tokens], [undefined, undefined, undefined])
      assert.type(last?.max_completion_tokens, 'number')
      assert.match(String(last?.messages?.[0]?.content), /The JSON Schema of your answer: \{/)
    },
    offers,
  )
})

test('where only the schema is not offered, the mode of JSON is', async () => {
  const offers = { formats: ['json_object'] }
  await withChatServer(
    [completion(good)],
    async (server) => {
      await openAiPlanner({ apiKey: OPENAI_KEY, baseURL: server.url }).plan(gpt(), never)
      assert.equal(
        server.received.map(({ body }) => body.response_format?.type),
        ['json_schema', 'json_object'],
      )
      assert.is(server.received[1]?.body.stream, true)
    },
    offers,
  )
})

test('every way to stop is an answer, so that it is recorded, judged and revised', async () => {
  const cut = await chatAnswer(completion(good.slice(0, 60), { finishReason: 'length' }))
  assert.equal([cut.raw, cut.stopReason], [good.slice(0, 60), 'max_tokens'])
  const toolCall = { name: 'other', arguments: '{"a": 1}' }
  const used = await chatAnswer(completion(null, { toolCall, finishReason: 'tool_calls' }))
  assert.equal([used.raw, used.stopReason], ['', 'tool_use'])
  const filtered = await chatAnswer(completion('{"fra', { finishReason: 'content_filter' }))
  assert.equal([filtered.raw, filtered.stopReason], ['{"fra', 'content_filter'])
  assert.is((await chatAnswer(completion(good, { finishReason: 'something_new' }))).stopReason, 'something_new')
})

test('a refusal is kept with what the model said of it, and is no answer', async () => {
  for (const streaming of ['with_usage', 'not'] as const) {
    const refusal = await chatAnswer(completion(null, { refusal: "I'm sorry, I can't plan that." }), { streaming })
    assert.equal([refusal.raw, refusal.stopReason], ['', 'refusal'])
    assert.equal(refusal.stopDetails, { type: 'refusal', explanation: "I'm sorry, I can't plan that." })
  }
})

test('a use that nobody told, or that is none, is charged in full as it was reserved', async () => {
  for (const usage of [
    null,
    { prompt_tokens: -1, completion_tokens: 2 },
    { prompt_tokens: '7', completion_tokens: 2 },
  ]) {
    const answer = await chatAnswer(completion(good, { usage }))
    assert.is(answer.usage.outputTokens, request().maxOutputTokens)
    assert.ok(answer.usage.inputTokens > 1_000)
  }
})

test('a planner without a model of its own has to be told one', async () => {
  const session = scriptedSession(brief(), [])
  let failure: unknown
  await planStep(session, openAiPlanner({ apiKey: OPENAI_KEY })).catch((error) => {
    failure = error
  })
  assert.ok(failure instanceof StepFailure)
  assert.equal([failure.code, failure.retryable, session.story], ['model_not_named', false, []])
})

test('a key that no header can carry and a URL that is none are refused at once, without being repeated', () => {
  for (const apiKey of ['', '  ', 'sk\n-x', 'sk-ü']) {
    assert.throws(() => openAiPlanner({ apiKey }), /^OPENAI_API_KEY is empty or has a character that no key has$/)
  }
  for (const baseURL of [
    '',
    'localhost:8080',
    'ftp://host/v1',
    'http://user:secret@host/v1',
    'http://host/v1?key=secret',
  ]) {
    assert.throws(
      () => openAiPlanner({ baseURL }),
      (error: Error) => !error.message.includes('secret'),
    )
  }
})

test.run()
