import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { knownAttempts } from '../../../src/dashboard/task/moment/attempts.js'
import {
  MAX_TIMELINE_ROWS,
  spanOf,
  stepRows,
  ticksOf,
  timelinePlan,
} from '../../../src/dashboard/task/timeline/timeline-model.js'
import { isWhole, partIn, partOf, rowsWithin, spanOfPart } from '../../../src/dashboard/task/timeline/timeline-part.js'
import type { AttemptSummary } from '../../../src/ports/summaries.js'
import { happened, materialized, step } from '../../demo/happenings.js'
import { stateOf, wideState } from './told-graphs.js'

const test = suite('the timeline of a task')

const at = (seconds: number): string => new Date(seconds * 1_000).toISOString()

const attempt = (step: string, number: number, more: Partial<AttemptSummary>): AttemptSummary => ({
  step,
  attempt: number,
  handler: 'h',
  enqueuedAt: at(0),
  startedAt: null,
  endedAt: null,
  waitingSince: null,
  worker: null,
  handlerVersion: null,
  outcome: null,
  errorCode: null,
  errorMessage: null,
  ...more,
})

const barsOf = (attempts: ReadonlyArray<AttemptSummary>, nowSeconds = 100) =>
  stepRows(attempts, nowSeconds * 1_000).map(({ bars }) =>
    bars.map(({ kind, fromMs, toMs }) => `${kind} ${fromMs / 1_000}-${toMs / 1_000}`),
  )

test('an attempt waits in the queue and runs; between two attempts a step waits for its retry', () => {
  const first = attempt('a', 1, { startedAt: at(2), endedAt: at(5), outcome: 'retried' })
  const second = attempt('a', 2, { enqueuedAt: at(9), startedAt: at(9), endedAt: at(10), outcome: 'completed' })
  assert.equal(barsOf([first, second]), [['queued 0-2', 'ran 2-5', 'retry 5-9', 'ran 9-10']])
})

test('a gate runs for a moment and waits for people; what goes on reaches to now', () => {
  assert.equal(barsOf([attempt('gate', 1, { startedAt: at(1), waitingSince: at(2) })]), [
    ['queued 0-1', 'ran 1-2', 'waited 2-100'],
  ])
  assert.equal(barsOf([attempt('runs', 1, { startedAt: at(1) })]), [['queued 0-1', 'ran 1-100']])
  assert.equal(barsOf([attempt('queued', 1, {})]), [['queued 0-100']])
})

test('the span reaches from the first attempt to the last, and ticks stand at round distances', () => {
  const span = spanOf([attempt('a', 1, { endedAt: at(40) })], { fromMs: 5_000, toMs: 30_000 })
  assert.equal(span, { fromMs: 0, toMs: 40_000 })
  assert.equal(ticksOf(span), [0, 5_000, 10_000, 15_000, 20_000, 25_000, 30_000, 35_000, 40_000].slice(0, 9))
  for (const ms of [0, 7, 999, 60_000, 86_400_000 * 400]) {
    assert.ok(ticksOf({ fromMs: 0, toMs: ms }).length <= 10, String(ms))
  }
})

test('instances stand in one row, and steps that were never tried in none', () => {
  const { steps, groups, more } = timelinePlan(wideState(50))
  assert.equal(steps, ['each'])
  assert.equal(
    groups.map(({ step, instances }) => [step, instances.length]),
    [['each', 3]],
  )
  assert.is(more, 0)
})

test('attempts together are counted by when they began, failures and what goes on beside them', async () => {
  const known = knownAttempts(
    new Map([
      ['a', [attempt('a', 1, { startedAt: at(1), endedAt: at(2), outcome: 'failed' })]],
      ['b', [attempt('b', 1, { startedAt: at(9) })]],
      ['c', [attempt('c', 1, { startedAt: at(10), endedAt: at(10), outcome: 'completed' })]],
    ]),
  )
  const slices = await known.inSlices(['a', 'b', 'c', 'nobody'], { fromMs: 0, toMs: 10_000 }, 10)
  assert.equal(
    slices.map(({ slice, attempts, failures, running }) => [slice, attempts, failures, running]),
    [
      [2, 1, 1, 0],
      [10, 1, 0, 1],
      [11, 1, 0, 0],
    ],
  )
})

const VIEW = { task: 't', at: null, step: null, open: new Set<string>(), closed: new Set<string>() }
const asked = (query: string) => partIn(new URLSearchParams(query))

test('a part of it is looked at by itself, and a part of that; what did not happen in it is left out', () => {
  const whole = { fromMs: 1_000, toMs: 1_000 + 97 * 86_400_000 }
  const day = asked('from=0&to=86400000')
  const span = spanOfPart(whole, day)
  assert.equal(span, { fromMs: 1_000, toMs: 86_401_000 })
  const inner = partOf(VIEW, day, span)?.({ fromMs: 1_000, toMs: 10_801_000 }) ?? ''
  assert.is(inner, '/ui/tasks/t/timeline?from=0&to=10800000')
  assert.equal(spanOfPart(whole, asked(inner.split('?')[1] ?? '')), { fromMs: 1_000, toMs: 10_801_000 })
  const rows = stepRows(
    [
      attempt('early', 1, { enqueuedAt: at(2), startedAt: at(2), endedAt: at(3), outcome: 'completed' }),
      attempt('late', 1, { enqueuedAt: at(500_000), startedAt: at(500_000) }),
      attempt('long', 1, { enqueuedAt: at(1), startedAt: at(1) }),
    ],
    whole.toMs,
  )
  const names = (query: string) =>
    rowsWithin(rows, spanOfPart(whole, asked(query)), asked(query)).map(({ step }) => step)
  assert.equal(names('from=0&to=86400000'), ['early', 'long'])
  assert.equal(names('from=86400000'), ['late', 'long'])
  assert.equal(names(''), ['early', 'late', 'long'])
})

test('a part that is none is the whole, and one of a few milliseconds has no further parts', () => {
  for (const query of ['from=x', 'to=0', 'from=-4&to=1e9', 'to=99999999999999999'])
    assert.ok(isWhole(asked(query)), query)
  assert.equal(asked('from=9&to=3'), { from: 9, to: null })
  assert.is(partOf(VIEW, asked('from=1&to=5'), { fromMs: 1, toMs: 5 }), undefined)
})

test('of more steps than are drawn, those that failed or were tried again are drawn first', () => {
  const steps = Array.from({ length: MAX_TIMELINE_ROWS + 20 }, (_, index) => `s${index}`)
  const last = steps.at(-1) ?? ''
  const state = stateOf([
    materialized(
      'm',
      'template',
      null,
      steps.map((name) => step(name)),
    ),
    ...steps.flatMap((name) => [
      happened(`${name}-enqueued`, 'step-enqueued', { step: name, attempt: 1, enqueue: 1 }),
      happened(`${name}-started`, 'step-started', { step: name, attempt: 1, session: 1, worker: 'w' }),
      name === last
        ? happened(`${name}-failed`, 'step-failed', {
            step: name,
            attempt: 1,
            reason: 'permanent',
            error: { code: 'x', message: 'x' },
          })
        : happened(`${name}-completed`, 'step-completed', { step: name, attempt: 1, result: { value: null } }),
    ]),
  ])
  const plan = timelinePlan(state)
  assert.equal([plan.steps.length, plan.steps[0], plan.more], [MAX_TIMELINE_ROWS, last, 20])
})

test.run()
