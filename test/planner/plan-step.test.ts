import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { MAX_RECORDED_ANSWER_CHARS } from '../../src/core/limits.js'
import { planStep } from '../../src/planner/plan-step.js'
import { StepFailure } from '../../src/ports/handler.js'
import type { PlanAnswer, Planner, PlanRequest } from '../../src/ports/planner.js'
import { brief, fragment } from './briefs.js'
import { accepted, finding, rejected, type ScriptedSession, scriptedSession } from './scripted-session.js'

const usage = { inputTokens: 100, outputTokens: 50, cacheReadTokens: 1_000, cacheWriteTokens: 0 }

const answered = (raw: string, changes: Partial<Extract<PlanAnswer, { kind: 'answered' }>> = {}): PlanAnswer => ({
  kind: 'answered',
  raw,
  stopReason: 'end_turn',
  model: 'claude-opus-5-5',
  usage,
  ...changes,
})

const failed = (code: string, retryable: boolean, more: Partial<Extract<PlanAnswer, { kind: 'failed' }>> = {}) =>
  ({ kind: 'failed', code, message: `${code} happened`, retryable, ...more }) as const

const scripted = (...answers: ReadonlyArray<PlanAnswer | (() => PlanAnswer)>) => {
  const requests: PlanRequest[] = []
  const planner: Planner = {
    provider: 'scripted',
    plan: async (request) => {
      const next = answers[requests.length]
      requests.push(request)
      if (next === undefined) throw new Error('the script has no further answer')
      return typeof next === 'function' ? next() : next
    },
  }
  return { planner, requests }
}

const failureOf = async (attempt: Promise<void>): Promise<StepFailure> => {
  try {
    await attempt
  } catch (error) {
    if (error instanceof StepFailure) return error
    throw error
  }
  throw new Error('the attempt did not fail')
}

const good = JSON.stringify(fragment())

test('a plan that is accepted at the first try is asked for, recorded and judged, once', async () => {
  const session = scriptedSession(brief(), [accepted])
  const { planner, requests } = scripted(answered(good, { thinking: 'Let me see.' }))
  await planStep(session, planner)
  assert.equal(session.story, ['request 0', 'propose', 'judge accepted'])
  const [proposal] = session.proposals
  assert.is(proposal?.raw, good)
  assert.is(proposal?.reasoning, 'One step is enough.')
  assert.is(proposal?.thinking, 'Let me see.')
  assert.equal(proposal?.fragment, fragment())
  assert.is(requests[0]?.model, 'claude-opus-5-5')
})

test('what was used settles by the truth: the call, all its tokens, cached ones at their own price', async () => {
  const session = scriptedSession(brief(), [accepted])
  await planStep(session, scripted(answered(good)).planner)
  const costUsd = (100 * 4 + 50 * 20 + 1_000 * 0.2) / 1_000_000
  assert.equal(session.proposals[0]?.spent, { steps: 0, phases: 0, plannerCalls: 1, tokens: 1_150, costUsd })
  const reserved = session.calls[0]?.reserves
  assert.ok(reserved !== undefined && reserved.tokens > 1_150 && reserved.costUsd > costUsd)
})

test('what is recorded of a request is what the planner is sent', async () => {
  const session = scriptedSession(brief(), [rejected('steps.0.config'), accepted])
  const { planner, requests } = scripted(answered('{}'), answered(good))
  await planStep(session, planner)
  for (const [index, request] of requests.entries()) {
    const { system, prompt, revisions, schema } = request
    const recorded = session.calls[index]?.prompt
    assert.equal(
      { ...recorded, context: undefined, max_output_tokens: undefined },
      {
        ...{ system, prompt, revisions, schema },
        context: undefined,
        max_output_tokens: undefined,
      },
    )
    assert.is(recorded?.max_output_tokens, request.maxOutputTokens)
  }
  const [first] = (session.calls[0]?.prompt.context ?? []) as ReadonlyArray<Record<string, unknown>>
  assert.equal({ name: first?.name, form: first?.form }, { name: 'task.context', form: 'whole' })
})

test('JSON text in an answer is proposed as the object that it says, with the answer as it came beside it', async () => {
  const raw = JSON.stringify({ ...fragment(), steps: [{ name: 'a', handler: 'transform', config: '{"x": 1}' }] })
  const session = scriptedSession(brief(), [accepted])
  await planStep(session, scripted(answered(raw)).planner)
  assert.is(session.proposals[0]?.raw, raw)
  assert.equal(session.proposals[0]?.fragment?.steps, [{ name: 'a', handler: 'transform', config: { x: 1 } }])
})

test('what the log cannot hold is recorded all the same: its text mended, its fragment left to be refused', async () => {
  const written = JSON.stringify({
    ...fragment('half \ud83d'),
    steps: [{ name: 'a', handler: 'b', config: { c: '\0' } }],
  })
  const session = scriptedSession(brief(), [rejected('steps.0.config.c'), accepted])
  await planStep(session, scripted(answered(written, { thinking: 'half \ud83d' }), answered(good)).planner)
  const [proposal] = session.proposals
  assert.is(proposal?.fragment, null)
  assert.is(proposal?.reasoning, 'half \ufffd')
  assert.is(proposal?.thinking, 'half \ufffd')
  assert.is(proposal?.raw, written)
})

test('a rejected answer is asked again with every finding, each time as a new request', async () => {
  const session = scriptedSession(brief(), [rejected('steps.0.a', 'steps.1.b'), rejected('steps.2.c'), accepted])
  const { planner, requests } = scripted(answered('{"first": 1}'), answered('{"second": 2}'), answered(good))
  await planStep(session, planner)
  assert.equal(session.story, [
    ...['request 0', 'propose', 'judge rejected'],
    ...['request 1', 'propose', 'judge rejected'],
    ...['request 2', 'propose', 'judge accepted'],
  ])
  assert.equal(
    requests.map(({ call, answered: before }) => [call, before]),
    [
      [1, 0],
      [2, 1],
      [3, 2],
    ],
  )
  const revisions = requests[2]?.revisions ?? []
  assert.equal(
    revisions.map(({ answer }) => answer),
    ['{"first": 1}', '{"second": 2}'],
  )
  for (const path of ['steps.0.a', 'steps.1.b']) assert.ok(revisions[0]?.findings.includes(path))
  assert.ok(revisions[1]?.findings.includes('steps.2.c'))
})

test('when the revisions are used up the step fails for good, with the last findings', async () => {
  const session = scriptedSession(brief({ maxRevisions: 1 }), [rejected('steps.0.a'), rejected('steps.1.b')])
  const failure = await failureOf(planStep(session, scripted(answered('{}'), answered('{}')).planner))
  assert.is(failure.code, 'plan_rejected')
  assert.is(failure.retryable, false)
  assert.equal(failure.details, { findings: [finding('steps.1.b')] })
  assert.is(failure.message, 'all 2 proposals were rejected: steps.1.b: steps.1.b is wrong; mend it')
})

test('an answer that is no JSON, empty or cut off is proposed as it came, and becomes findings', async () => {
  for (const raw of ['I would rather not', '', '{"fragment_version": "1.0", "steps": [', '[1]', 'null']) {
    const session = scriptedSession(brief({ maxRevisions: 0 }), [rejected('')])
    const failure = await failureOf(planStep(session, scripted(answered(raw, { stopReason: 'max_tokens' })).planner))
    assert.is(failure.code, 'plan_rejected')
    assert.is(session.proposals[0]?.fragment, null)
    assert.is(session.proposals[0]?.raw, raw)
    assert.is(session.proposals[0]?.reasoning, '')
    assert.is(session.proposals[0]?.stopReason, 'max_tokens')
  }
})

test('a proposal that nobody judged before the worker died is judged first, without a call', async () => {
  const session = scriptedSession(brief({ unjudged: true, callsSoFar: 1 }), [accepted])
  await planStep(session, scripted().planner)
  assert.equal(session.story, ['judge accepted'])
})

test('after a restart the loop goes on where it was: with the findings so far, and the next call', async () => {
  const session = scriptedSession(
    brief({
      rejected: [{ answer: 'one', findings: [finding('a')] }],
      unjudged: true,
      unjudgedAnswer: 'two',
      callsSoFar: 3,
      answersSoFar: 2,
    }),
    [rejected('b'), accepted],
  )
  const { planner, requests } = scripted(answered(good))
  await planStep(session, planner)
  assert.equal(session.story, ['judge rejected', 'request 2', 'propose', 'judge accepted'])
  assert.equal([requests[0]?.call, requests[0]?.answered], [4, 2])
  assert.equal(
    requests[0]?.revisions.map(({ answer }) => answer),
    ['one', 'two'],
  )
})

test('a worker that finds all revisions used up asks no more', async () => {
  const session = scriptedSession(brief({ maxRevisions: 0, rejected: [{ answer: '', findings: [finding('a')] }] }), [])
  assert.is(
    (await failureOf(planStep(session, scripted().planner))).message,
    'the proposal was rejected: a: a is wrong; mend it',
  )
  assert.equal(session.story, [])
})

test('a call that failed for a while leaves the retry to the step, and tells when', async () => {
  const session = scriptedSession(brief(), [])
  const { planner } = scripted(
    failed('rate_limited', true, { retryAfterMs: 7_000, usage: { ...usage, outputTokens: 0 } }),
  )
  const failure = await failureOf(planStep(session, planner))
  assert.equal([failure.code, failure.retryable, failure.retryAfterMs], ['rate_limited', true, 7_000])
  assert.equal(session.story, ['request 0', 'fail rate_limited'])
  assert.is(session.failures[0]?.spent.tokens, 1_100)
})

test('a call that failed for good fails the step for good', async () => {
  const failure = await failureOf(
    planStep(scriptedSession(brief(), []), scripted(failed('unauthenticated', false)).planner),
  )
  assert.equal([failure.code, failure.retryable, failure.retryAfterMs], ['unauthenticated', false, undefined])
})

test('a call of which nobody knows what it used stays charged in full', async () => {
  const session = scriptedSession(brief(), [])
  await failureOf(planStep(session, scripted(failed('timeout', true)).planner))
  assert.equal(session.failures[0]?.spent, session.calls[0]?.reserves)
})

test('a call that was aborted is recorded by nobody', async () => {
  const session: ScriptedSession = scriptedSession(brief(), [])
  const failure = await failureOf(
    planStep(
      session,
      scripted(() => {
        session.abort()
        return failed('aborted', true)
      }).planner,
    ),
  )
  assert.equal([failure.code, failure.retryable], ['aborted', true])
  assert.equal(session.story, ['request 0'])
})

test('an attempt that was aborted before it asked does not ask', async () => {
  const session = scriptedSession(brief(), [])
  session.abort()
  assert.is((await failureOf(planStep(session, scripted().planner))).code, 'aborted')
  assert.equal(session.story, [])
})

test('what the session refuses to reserve is what the step fails with', async () => {
  const session = scriptedSession(brief(), [], () => {
    throw new StepFailure('bounds_exceeded', 'max_planner_calls is used up', { retryable: false })
  })
  assert.is((await failureOf(planStep(session, scripted().planner))).code, 'bounds_exceeded')
})

test('each answer makes the rest of max_tokens smaller for the next', async () => {
  const tokens = 26_000
  const session = scriptedSession(brief({ boundsLeft: { max_tokens: tokens } }), [rejected('a'), accepted])
  const spent = { ...usage, inputTokens: 3_000, outputTokens: 9_000, cacheReadTokens: 0 }
  const { planner, requests } = scripted(answered('{}', { usage: spent }), answered(good))
  await planStep(session, planner)
  const reserved = session.calls.map(({ reserves }) => reserves.tokens)
  assert.ok((reserved[0] ?? 0) <= tokens && (reserved[1] ?? 0) <= tokens - 12_000, `${reserved}`)
  assert.ok((requests[1]?.maxOutputTokens ?? 0) < (requests[0]?.maxOutputTokens ?? 0))
})

test('the model is the one of the step, else of the operator, else the default', async () => {
  const modelFor = async (ofStep: string | undefined, ofOperator: string | undefined) => {
    const session = scriptedSession(brief(ofStep === undefined ? {} : { model: ofStep }), [accepted])
    await planStep(session, scripted(answered(good)).planner, ofOperator === undefined ? {} : { model: ofOperator })
    return session.calls[0]?.model
  }
  assert.is(await modelFor('of-step', 'of-operator'), 'of-step')
  assert.is(await modelFor(undefined, 'of-operator'), 'of-operator')
  assert.is(await modelFor(undefined, undefined), 'claude-opus-5-5')
})

test('max_cost_usd with a model that has no price is refused before anything is asked', async () => {
  const bound = brief({ model: 'imaginary', boundsLeft: { max_cost_usd: 1 } })
  const session = scriptedSession(bound, [accepted])
  const failure = await failureOf(planStep(session, scripted(answered(good)).planner))
  assert.equal([failure.code, failure.retryable], ['price_unknown', false])
  assert.match(failure.message, /imaginary/)
  assert.equal(session.story, [])
  // A planner that states its own cost needs no price.
  const free = { ...scripted(answered(good)).planner, foresee: () => ({ usage, costUsd: 0 }) }
  await planStep(scriptedSession(bound, [accepted]), free)
})

test('an answer that no record should hold is a failed call, with what it used', async () => {
  const session = scriptedSession(brief(), [])
  const planner: Planner = {
    provider: 'endless',
    plan: async () => ({
      ...{ kind: 'answered', raw: 'x'.repeat(MAX_RECORDED_ANSWER_CHARS + 1), stopReason: 'end_turn', model: 'm' },
      usage: { inputTokens: 3, outputTokens: 4, cacheReadTokens: 0, cacheWriteTokens: 0 },
    }),
  }
  await planStep(session, planner).catch(() => undefined)
  assert.equal(session.story, ['request 0', 'fail answer_too_large'])
  assert.is(session.failures[0]?.spent.tokens, 7)
})

test.run()
