import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { NOTHING_USED } from '../../src/core/bounds.js'
import type { Actor, EventData, TaskEvent } from '../../src/core/event.js'
import { PlannerMetricsFold } from '../../src/core/planner-metrics.js'

let ids = 0
const PLANNER: Actor = { kind: 'planner', id: 'anthropic' }

const asked = (step = 'plan'): TaskEvent => ({
  id: `e${++ids}`,
  type: 'plan-requested',
  data: {
    ...{
      step,
      attempt: 1,
      call: 1,
      revision: 0,
      provider: 'anthropic',
      model: 'opus',
      contextDigest: '',
      vocabulary: '',
    },
    ...{ prompt: { value: null }, boundsLeft: {}, reserves: NOTHING_USED },
  },
  metadata: { actor: PLANNER, causation: null, correlation: 'c' },
})

const proposed = (step = 'plan', actor: Actor = PLANNER): TaskEvent => ({
  id: `e${++ids}`,
  type: 'fragment-proposed',
  data: {
    ...{ step, attempt: 1, call: 1, reasoning: '', digest: '', stopReason: 'end_turn', model: 'opus-1' },
    ...{ raw: { value: '' }, fragment: null, spent: { ...NOTHING_USED, costUsd: 0.5 } },
    tokens: { inputTokens: 10, outputTokens: 5, cacheReadTokens: 100, cacheWriteTokens: 1 },
  },
  metadata: { actor, causation: null, correlation: 'c' },
})

const judged = (proposal: TaskEvent, ...codes: ReadonlyArray<'schema' | 'cycle'>): TaskEvent => {
  const { step } = proposal.data as EventData<'fragment-proposed'>
  const findings = codes.map((code) => ({ code, path: '', message: '' }))
  const verdict = codes.length === 0 ? 'accepted' : 'rejected'
  return {
    id: `e${++ids}`,
    type: 'fragment-validated',
    data: { step, proposal: proposal.id, digest: '', verdict, findings, vocabulary: '' },
    metadata: { actor: PLANNER, causation: null, correlation: 'c' },
  }
}

const folded = (...events: ReadonlyArray<readonly [TaskEvent, number] | TaskEvent>) => {
  const fold = new PlannerMetricsFold()
  for (const told of events) 'type' in told ? fold.take('task-1', told) : fold.take('task-1', told[0], told[1])
  return fold.metrics
}

test('a phase whose first proposal was accepted was valid at the first try', () => {
  const good = proposed()
  const metrics = folded(asked(), good, judged(good))
  assert.equal([metrics.phases, metrics.validAtFirstTry, metrics.accepted, metrics.revisions], [1, 1, 1, 0])
})

test('revisions and what was found are counted, and what each model used, cost and took', () => {
  const [bad, worse, good] = [proposed(), proposed(), proposed()]
  const metrics = folded(
    [asked(), 1_000],
    [bad, 3_000],
    judged(bad, 'schema', 'cycle'),
    [asked(), 4_000],
    [worse, 4_500],
    judged(worse, 'schema'),
    asked(),
    good,
    judged(good),
  )
  assert.equal([metrics.phases, metrics.validAtFirstTry, metrics.accepted, metrics.revisions], [1, 0, 1, 2])
  assert.equal(metrics.findings, { schema: 2, cycle: 1 })
  assert.equal(metrics.models, {
    'opus-1': {
      ...{ calls: 3, inputTokens: 30, outputTokens: 15, cacheReadTokens: 300, cacheWriteTokens: 3 },
      ...{ costUsd: 1.5, tookMs: 2_500 },
    },
  })
})

test('a verdict that an approval repeats, and a plan that a person wrote, are not the planner’s', () => {
  const good = proposed()
  const edit = proposed('plan', { kind: 'person', id: 'ada', authenticated: true })
  const metrics = folded(asked(), good, judged(good), edit, judged(edit, 'schema'), judged(good), judged(good, 'cycle'))
  assert.equal([metrics.phases, metrics.validAtFirstTry, metrics.accepted, metrics.revisions], [1, 1, 1, 0])
  assert.equal([metrics.findings, metrics.models['opus-1']?.calls], [{}, 1])
})

test('calls that failed are counted by their codes, with what they cost', () => {
  const failed: TaskEvent = {
    id: 'f',
    type: 'plan-failed',
    data: {
      ...{ step: 'plan', attempt: 1, call: 1, code: 'overloaded', message: '', retryable: true },
      spent: { ...NOTHING_USED, plannerCalls: 1, costUsd: 0.25 },
    },
    metadata: { actor: PLANNER, causation: null, correlation: 'c' },
  }
  const metrics = folded(asked(), failed)
  assert.equal([metrics.failedCalls, metrics.models.opus?.costUsd, metrics.phases], [{ overloaded: 1 }, 0.25, 0])
})

test('steps of one name in different tasks are different phases', () => {
  const fold = new PlannerMetricsFold()
  for (const stream of ['task-1', 'task-2']) {
    const good = proposed()
    for (const event of [asked(), good, judged(good)]) fold.take(stream, event)
  }
  assert.equal([fold.metrics.phases, fold.metrics.validAtFirstTry], [2, 2])
})

test.run()
