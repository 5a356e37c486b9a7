import * as E from 'fp-ts/lib/Either.js'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Json } from '../../src/core/json.js'
import { promptOf, requestOf, reserve } from '../../src/planner/prompt.js'
import { parseRecorded, recordedPlanner } from '../../src/planner/recorded.js'
import type { PlanRequest } from '../../src/ports/planner.js'
import { brief, fragment } from './briefs.js'

const { signal } = new AbortController()

const plannerOf = (answers: Json) => {
  const parsed = parseRecorded(JSON.stringify({ recorded_version: '1.0', answers }))
  if (E.isLeft(parsed)) throw new Error(`${parsed.left.path}: ${parsed.left.message}`)
  return recordedPlanner(parsed.right)
}

const ask = (step: string, answered: number, call = answered + 1): PlanRequest =>
  requestOf(promptOf(brief()), { step, call, answered, model: 'any', rejected: [], left: {}, price: undefined })

const faultOf = (text: string) => {
  const parsed = parseRecorded(text)
  return E.isLeft(parsed) ? `${parsed.left.code} ${parsed.left.path}: ${parsed.left.message}` : 'valid'
}

test('the answers of a step are used in order, whatever stands between them', async () => {
  const planner = plannerOf([
    { step: 'plan', answer: 'no JSON' },
    { step: 'plan/replan', answer: fragment('of the second phase') },
    { step: 'plan', answer: fragment() },
  ])
  const raws = await Promise.all(
    [ask('plan', 0), ask('plan', 1), ask('plan/replan', 0)].map(async (request) => {
      const answer = await planner.plan(request, signal)
      return answer.kind === 'answered' ? answer.raw : answer.code
    }),
  )
  assert.equal(raws, ['no JSON', JSON.stringify(fragment()), JSON.stringify(fragment('of the second phase'))])
})

test('after a restart the next answer is the one that was not recorded yet, though a call was lost', async () => {
  const answer = await plannerOf([
    { step: 'plan', answer: 'first' },
    { step: 'plan', answer: 'second' },
  ]).plan(ask('plan', 1, 3), signal)
  assert.is(answer.kind === 'answered' && answer.raw, 'second')
})

test('one answer too few is no_recorded_answer, and another attempt would not help', async () => {
  const answer = await plannerOf([{ step: 'plan', answer: 'first' }]).plan(ask('plan', 1), signal)
  assert.is(answer.kind === 'failed' && answer.code, 'no_recorded_answer')
  assert.is(answer.kind === 'failed' && answer.retryable, false)
})

test('a recorded call reserves exactly what its file states, and costs nothing where it states nothing', async () => {
  const planner = plannerOf([
    { step: 'plan', answer: '', usage: { input_tokens: 70, output_tokens: 5 }, cost_usd: 0.02 },
    { step: 'plan', answer: '' },
  ])
  const stated = { steps: 0, phases: 0, plannerCalls: 1, tokens: 75, costUsd: 0.02 }
  assert.equal(reserve(ask('plan', 0), planner, undefined), stated)
  assert.equal(reserve(ask('plan', 1), planner, undefined), { ...stated, tokens: 0, costUsd: 0 })
  const answer = await planner.plan(ask('plan', 0), signal)
  assert.is(answer.kind === 'answered' && answer.costUsd, 0.02)
  assert.is(answer.kind === 'answered' && answer.usage.inputTokens, 70)
})

test('a file that is not of the form is refused with the place', () => {
  const file = (answer: Json) => JSON.stringify({ recorded_version: '1.0', answers: [answer] })
  assert.match(faultOf('{'), /^recorded_invalid : is no JSON/)
  assert.match(faultOf('[]'), /^recorded_invalid : must be an object/)
  assert.match(faultOf('{"recorded_version": "2.0", "answers": []}'), /^recorded_invalid recorded_version: /)
  assert.match(faultOf('{"recorded_version": "1.0"}'), /^recorded_invalid answers: is missing/)
  assert.match(faultOf(file({ stp: 'plan', step: 'plan', answer: {} })), /answers\.0\.stp: unknown key/)
  assert.match(faultOf(file({ step: 'plan', answer: 3 })), /answers\.0\.answer: must be a fragment or the raw text/)
  assert.match(faultOf(file({ step: 'plan', answer: [] })), /answers\.0\.answer: must be a fragment or the raw text/)
  const usage = { input_tokens: -1, output_tokens: 0 }
  assert.match(faultOf(file({ step: 'plan', answer: '', usage })), /answers\.0\.usage\.input_tokens: must be/)
  assert.match(faultOf(file({ step: 'plan', answer: '', cost_usd: '1' })), /answers\.0\.cost_usd: must be/)
  assert.is(faultOf(file({ step: 'plan', answer: {} })), 'valid')
})

test.run()
