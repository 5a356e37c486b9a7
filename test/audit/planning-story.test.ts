import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { callText } from '../../src/audit/audit-text.js'
import { planningStory } from '../../src/audit/planning-story.js'
import { NOTHING_USED } from '../../src/core/bounds.js'
import { isReference } from '../../src/core/content.js'
import type { TaskEvent } from '../../src/core/event.js'
import { happened, materialized, step } from '../demo/happenings.js'

const requested = (id: string, call: number): TaskEvent =>
  happened(id, 'plan-requested', {
    step: 'plan',
    attempt: 1,
    call,
    revision: call - 1,
    provider: 'recorded',
    model: 'recorded',
    prompt: { value: null },
    contextDigest: '',
    vocabulary: '',
    boundsLeft: {},
    reserves: NOTHING_USED,
  })

const proposed = (id: string, call: number, reasoning: string): TaskEvent =>
  happened(id, 'fragment-proposed', {
    step: 'plan',
    attempt: 1,
    call,
    reasoning,
    raw: { value: '{}' },
    fragment: { value: { steps: [{ name: 'look' }] } },
    digest: `digest-${id}`,
    stopReason: 'end_turn',
    model: 'recorded',
    tokens: { inputTokens: 10, outputTokens: 5, cacheReadTokens: 0, cacheWriteTokens: 0 },
    spent: NOTHING_USED,
  })

const validated = (id: string, proposal: string, findings: ReadonlyArray<string>): TaskEvent =>
  happened(id, 'fragment-validated', {
    step: 'plan',
    proposal,
    digest: `digest-${proposal}`,
    verdict: findings.length === 0 ? 'accepted' : 'rejected',
    findings: findings.map((message) => ({ code: 'host_not_allowed', path: 'steps.0.config.url', message })),
    vocabulary: '',
  })

const story = (...events: ReadonlyArray<TaskEvent>) =>
  planningStory(events, (content) => (isReference(content) ? undefined : content.value))

test('a rejected proposal keeps its reasoning and its findings, and materialised nothing', () => {
  const [first] = story(requested('1', 1), proposed('2', 1, 'because'), validated('3', '2', ['not there']))
  assert.is(first?.reasoning, 'because')
  assert.equal(first?.proposedSteps, ['look'])
  assert.is(first?.outcome.kind, 'rejected')
  assert.is(first?.outcome.kind === 'rejected' ? first.outcome.findings[0]?.message : '', 'not there')
})

test('the revision is a call of its own, with the steps that it brought into being', () => {
  const calls = story(
    requested('1', 1),
    proposed('2', 1, 'because'),
    validated('3', '2', ['not there']),
    requested('4', 2),
    proposed('5', 2, 'then so'),
    validated('6', '5', []),
    materialized('7', 'fragment', 'plan', [step('plan/look'), step('collect', ['plan'])]),
  )
  assert.is(calls.length, 2)
  assert.equal(calls[1]?.outcome, { kind: 'accepted', materialised: ['plan/look'] })
})

test('a refusal is told with what the provider said of it', () => {
  const answer = proposed('2', 1, '')
  const refusal = {
    ...answer,
    data: {
      ...answer.data,
      ...{ stopReason: 'refusal', stopDetails: { type: 'refusal', category: 'cyber', explanation: 'No.' } },
      thinking: { value: 'It wants an exploit.' },
    },
  } as TaskEvent
  const [only] = story(requested('1', 1), refusal, validated('3', '2', ['empty']))
  assert.equal([only?.stopReason, only?.thinking], ['refusal', 'It wants an exploit.'])
  assert.equal(only?.stopDetails, { type: 'refusal', category: 'cyber', explanation: 'No.' })
  const text = only === undefined ? [] : callText(only, { timeOf: () => '', full: false })
  assert.ok(text.includes('    stopped:   refusal: cyber: No.'), text.join('\n'))
})

test('a call that failed says why', () => {
  const [only] = story(
    requested('1', 1),
    happened('2', 'plan-failed', {
      step: 'plan',
      attempt: 1,
      call: 1,
      code: 'no_recorded_answer',
      message: 'there is none left',
      retryable: false,
      spent: NOTHING_USED,
    }),
  )
  assert.equal(only?.outcome, { kind: 'failed', code: 'no_recorded_answer', message: 'there is none left' })
})

test('a call without an answer stands as asked', () => {
  assert.is(story(requested('1', 1))[0]?.outcome.kind, 'asked')
})

test.run()
