import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { anthropicPlanner } from '../../src/planner/anthropic.js'
import { planStep } from '../../src/planner/plan-step.js'
import { StepFailure } from '../../src/ports/handler.js'
import { answerOf, failureOf, good, KEY, never, refused, request, said, withServer } from './asking-claude.js'
import { brief, fragment } from './briefs.js'
import { accepted, rejected, scriptedSession } from './scripted-session.js'

test('a whole phase: Claude plans, is rejected, gets the findings, and its revision is accepted', async () => {
  await withServer([said('{"steps": []}'), said(good)], async (server) => {
    const session = scriptedSession(brief(), [rejected('planning_context'), accepted])
    await planStep(session, anthropicPlanner({ apiKey: KEY, baseURL: server.url }))
    assert.equal(session.story, ['request 0', 'propose', 'judge rejected', 'request 1', 'propose', 'judge accepted'])
    const [first, second] = server.received.map(({ body }) => body)
    assert.equal(
      first?.messages.map(({ role }) => role),
      ['user'],
    )
    assert.equal(
      second?.messages.map(({ role }) => role),
      ['user', 'assistant', 'user'],
    )
    assert.is(second?.messages[1]?.content, '{"steps": []}')
    assert.match(String(second?.messages[2]?.content), /"path":"planning_context"/)
    // The cached part is the same in both, and what was recorded is what was sent.
    assert.equal(second?.system, first?.system)
    for (const [index, body] of [first, second].entries()) {
      const recorded = session.calls[index]?.prompt
      assert.is(Array.isArray(body?.system) && body.system[0]?.text, recorded?.system)
      assert.is(body?.messages[0]?.content, recorded?.prompt)
      assert.equal(body?.output_config?.format?.schema, recorded?.schema)
      assert.is(body?.max_tokens, recorded?.max_output_tokens)
    }
    assert.equal(session.proposals.at(-1)?.fragment, fragment())
  })
})

test('the system part is marked for the cache, the answer is held to the schema, and no tool is forced', async () => {
  await withServer([said(good)], async (server) => {
    await anthropicPlanner({ apiKey: KEY, baseURL: server.url }).plan(request(), never)
    const [received] = server.received
    const system = received?.body.system
    assert.equal(Array.isArray(system) && system.map((block) => block.cache_control), [{ type: 'ephemeral' }])
    assert.is(received?.body.output_config?.format?.type, 'json_schema')
    assert.is(received?.body.tools, undefined)
    assert.is(received?.body.stream, true)
    assert.is(received?.body.model, 'claude-opus-5-5')
    assert.is(received?.headers.authorization, `Bearer ${KEY}`)
    assert.match(String(received?.headers['anthropic-version']), /^\d{4}-\d\d-\d\d$/)
  })
})

test('an answer comes back as it was written, with what was thought and what it used', async () => {
  const answer = await answerOf({
    kind: 'message',
    content: [
      { type: 'thinking', thinking: 'Three regions, so three steps 😀.' },
      { type: 'text', text: good.slice(0, 50) },
      { type: 'text', text: good.slice(50) },
    ],
    usage: {
      input_tokens: 11,
      output_tokens: 222,
      cache_creation_input_tokens: 3_333,
      cache_read_input_tokens: 44_444,
    },
  })
  assert.is(answer.raw, good)
  assert.is(answer.thinking, 'Three regions, so three steps 😀.')
  assert.is(answer.stopReason, 'end_turn')
  assert.is(answer.model, 'claude-opus-5-5')
  assert.equal(answer.usage, { inputTokens: 11, outputTokens: 222, cacheReadTokens: 44_444, cacheWriteTokens: 3_333 })
})

test('thinking is asked for in words where the model takes the question, and not where it would refuse it', async () => {
  const thinkingFor = (model: string) =>
    withServer([said(good)], async (server) => {
      await anthropicPlanner({ apiKey: KEY, baseURL: server.url }).plan(request({ model }), never)
      return server.received[0]?.body.thinking
    })
  const summarized = { type: 'adaptive', display: 'summarized' }
  for (const model of ['claude-opus-5-5', 'claude-sonnet-5', 'claude-opus-4-6']) {
    assert.equal(await thinkingFor(model), summarized, model)
  }
  for (const model of ['claude-haiku-4-5-20251001', 'claude-opus-4-5', 'somebody-elses-7']) {
    assert.is(await thinkingFor(model), undefined, model)
  }
})

test('every way to stop is an answer, so that it is recorded, judged and revised', async () => {
  const cut = await answerOf(said(good.slice(0, 60), { stopReason: 'max_tokens' }))
  assert.equal([cut.raw, cut.stopReason], [good.slice(0, 60), 'max_tokens'])
  const refusal = await answerOf({ kind: 'message', content: [], stopReason: 'refusal' })
  assert.equal([refusal.raw, refusal.stopReason], ['', 'refusal'])
  const tool = { type: 'tool_use', name: 'other', input: { a: 1 } } as const
  const used = await answerOf({ kind: 'message', content: [tool], stopReason: 'tool_use' })
  assert.equal([used.raw, used.stopReason], ['', 'tool_use'])
  for (const stopReason of ['pause_turn', 'stop_sequence', 'model_context_window_exceeded', 'something_new']) {
    assert.is((await answerOf(said(good, { stopReason }))).stopReason, stopReason)
  }
})

test('what the provider says of a refusal is kept beside it, and recorded with the proposal', async () => {
  const stopDetails = { type: 'refusal', category: 'cyber', explanation: 'It asks for an exploit.' }
  const reply = { kind: 'message', content: [], stopReason: 'refusal', stopDetails } as const
  assert.equal((await answerOf(reply)).stopDetails, stopDetails)
  const unexplained = { ...reply, stopDetails: { type: 'refusal', category: null, explanation: null } }
  assert.equal((await answerOf(unexplained)).stopDetails, { type: 'refusal', category: null, explanation: null })
  assert.is((await answerOf(said(good))).stopDetails, undefined)
  await withServer([reply, said(good)], async (server) => {
    const session = scriptedSession(brief(), [rejected(''), accepted])
    await planStep(session, anthropicPlanner({ apiKey: KEY, baseURL: server.url }))
    assert.equal(
      session.proposals.map((proposal) => proposal.stopDetails),
      [stopDetails, undefined],
    )
  })
})

test('a refusal without a word is revised, though the API takes no blank text', async () => {
  await withServer([{ kind: 'message', content: [], stopReason: 'refusal' }, said(good)], async (server) => {
    const session = scriptedSession(brief(), [rejected(''), accepted])
    await planStep(session, anthropicPlanner({ apiKey: KEY, baseURL: server.url }))
    assert.is(server.received[1]?.body.messages[1]?.content, '(no answer)')
    assert.match(String(server.received[1]?.body.messages[2]?.content), /Your answer was a refusal/)
    assert.is(session.proposals[0]?.stopReason, 'refusal')
  })
})

test('an abort ends the call at once', async () => {
  await withServer([{ kind: 'silence' }], async (server) => {
    const controller = new AbortController()
    const answer = anthropicPlanner({ apiKey: KEY, baseURL: server.url }).plan(request(), controller.signal)
    controller.abort()
    const failure = await answer
    assert.is(failure.kind === 'failed' && failure.code, 'aborted')
  })
})

test('a failed call leaves its retry to the step', async () => {
  await withServer([refused(529, 'overloaded_error', { 'retry-after': '3' })], async (server) => {
    const session = scriptedSession(brief(), [])
    let failure: unknown
    await planStep(session, anthropicPlanner({ apiKey: KEY, baseURL: server.url })).catch((error) => {
      failure = error
    })
    assert.ok(failure instanceof StepFailure)
    assert.equal([failure.code, failure.retryable, failure.retryAfterMs], ['overloaded', true, 3_000])
    assert.equal(session.story, ['request 0', 'fail overloaded'])
    assert.equal(session.failures[0]?.spent, { steps: 0, phases: 0, plannerCalls: 1, tokens: 0, costUsd: 0 })
  })
})

test('the key stands in no error and in no log, even where the other side repeats it', async () => {
  const written: string[] = []
  const originals = [process.stdout.write, process.stderr.write] as const
  const capture = (chunk: string | Uint8Array): boolean => written.push(String(chunk)) > 0
  process.env.ANTHROPIC_LOG = 'debug'
  process.stdout.write = capture as typeof process.stdout.write
  process.stderr.write = capture as typeof process.stderr.write
  let failure: Awaited<ReturnType<typeof failureOf>>
  try {
    failure = await failureOf({ kind: 'error', status: 401, type: 'authentication_error', message: `bad key ${KEY}` })
  } finally {
    ;[process.stdout.write, process.stderr.write] = originals
    delete process.env.ANTHROPIC_LOG
  }
  assert.is(failure.message, '401 bad key *** (request req_1)')
  assert.not.match(written.join(''), KEY)
})

test('a key that no header can carry is refused at once, without being repeated', () => {
  for (const apiKey of ['', '  ', 'sk-ant\n-x', 'sk-ant-ü']) {
    assert.throws(
      () => anthropicPlanner({ apiKey }),
      (error: Error) =>
        /ANTHROPIC_API_KEY/.test(error.message) && (apiKey.trim() === '' || !error.message.includes(apiKey)),
    )
  }
})

test.run()
