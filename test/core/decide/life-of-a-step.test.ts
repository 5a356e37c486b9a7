import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { statusOf } from '../../../src/core/status.js'
import { given } from '../../support/given.js'
import { templateWith } from '../../support/small-engine.js'

const test = suite('the life of a step')

test('a created task enqueues the steps that depend on nothing', () => {
  given(templateWith({ a: [], b: [], c: ['a'] })).expect(
    'task-created',
    'steps-materialized',
    'step-enqueued a',
    'step-enqueued b',
  )
})

test('a completion enqueues what it makes ready, and the last one completes the task', () => {
  given(templateWith({ a: [], b: ['a'] }))
    .when({ start: 'a' }, { complete: 'a' })
    .expect('step-started a', 'step-completed a', 'step-enqueued b')
    .when({ start: 'b' }, { complete: 'b' })
    .expect('step-started b', 'step-completed b', 'task-completed')
})

test('a step is claimed once', () => {
  const story = given(templateWith({ a: [], b: [] })).when({ start: 'a' })
  story.refuses({ type: 'start-step', step: 0, attempt: 1, enqueue: 1, session: 2, worker: 'other' }, 'not_enqueued')
})

test('a late result is refused by the number of its attempt', () => {
  const late = {
    type: 'report-outcome',
    step: 0,
    attempt: 1,
    outcome: { kind: 'completed', result: { value: 1 } },
  } as const
  given(templateWith({ a: [], b: [] }))
    .when({ start: 'a', session: 7 }, { lose: 7 }, { start: 'a', session: 8 })
    .expect('step-started a', 'step-lost a', 'step-enqueued a', 'step-started a')
    .refuses(late, 'stale_attempt')
    .when({ type: 'record-late-result', step: 0, attempt: 1, outcome: 'completed' })
    .expect('late-result-recorded a')
})

test('a checkpoint is kept for the next attempt', () => {
  const story = given(templateWith({ a: [], b: [] }))
    .when({ start: 'a' }, { type: 'save-checkpoint', step: 0, attempt: 1, checkpoint: { cursor: 40 } }, { lose: 1 })
    .expect('step-started a', 'step-checkpointed a', 'step-lost a', 'step-enqueued a')
  assert.equal(story.state.nodes[0]?.checkpoint, { cursor: 40 })
})

test('a failed attempt waits for its retry; the total of failed attempts is bounded', () => {
  const story = given(templateWith({ a: { retry: { maxAttempts: 2 } } }))
    .when({ start: 'a' }, { fail: 'a' })
    .expect('step-started a', 'step-attempt-failed a')
  assert.is(statusOf(story.state), 'waiting_for_retry')
  story
    .when({ retry: 'a' }, { start: 'a' }, { fail: 'a' })
    .expect('step-enqueued a', 'step-started a', 'step-attempt-failed a', 'step-failed a', 'task-blocked')
  const failed = story.events.find((event) => event.type === 'step-failed')
  assert.is(failed?.type === 'step-failed' && failed.data.reason, 'attempts_exhausted')
})

test('a permanent failure is not retried, and independent branches go on', () => {
  given(templateWith({ bad: [], after: ['bad'], good: [], last: ['good'] }))
    .when({ start: 'bad' }, { fail: 'bad', retryable: false })
    .expect('step-started bad', 'step-attempt-failed bad', 'step-failed bad')
    .when({ start: 'good' }, { complete: 'good' }, { start: 'last' }, { complete: 'last' })
    .expect(
      'step-started good',
      'step-completed good',
      'step-enqueued last',
      'step-started last',
      'step-completed last',
      'task-blocked',
    )
})

test('a lost attempt takes a number and counts as no failure, until it was lost too often', () => {
  const story = given(templateWith({ a: { retry: { maxLosses: 2, maxAttempts: 1 } } }))
    .when({ start: 'a' }, { lose: 1 })
    .expect('step-started a', 'step-lost a', 'step-enqueued a')
  assert.is(story.state.nodes[0]?.failures, 0)
  story.when({ start: 'a' }, { lose: 1 }).expect('step-started a', 'step-lost a', 'step-failed a', 'task-blocked')
})

test('a drained attempt is no loss', () => {
  const story = given(templateWith({ a: { retry: { maxLosses: 1 } } }))
    .when({ start: 'a' }, { lose: 1, drained: true })
    .expect('step-started a', 'step-lost a', 'step-enqueued a')
  assert.is(story.state.nodes[0]?.losses, 0)
})

test('only the attempts of the lost session are lost', () => {
  given(templateWith({ a: [], b: [] }))
    .when({ start: 'a', session: 1 }, { start: 'b', session: 2 }, { lose: 2 })
    .expect('step-started a', 'step-started b', 'step-lost b', 'step-enqueued b')
})

test('a cancelled task cancels what is in flight, enqueued or waiting, and refuses everything else', () => {
  given(templateWith({ a: [], b: [], c: [], later: ['a'] }))
    .when({ start: 'a' }, { start: 'b' }, { fail: 'b' }, { type: 'cancel-task', reason: 'no' })
    .expect(
      'step-started a',
      'step-started b',
      'step-attempt-failed b',
      'task-cancelled',
      'step-cancelled a',
      'step-cancelled c',
      'step-cancelled b',
    )
    .refuses({ complete: 'a' }, 'task_closed')
    .refuses({ type: 'pause-task', reason: null }, 'task_closed')
})

test('a paused task claims nothing; running attempts report, and what they make ready follows on resume', () => {
  given(templateWith({ a: [], b: ['a'] }))
    .when({ start: 'a' }, { type: 'pause-task', reason: null }, { complete: 'a' })
    .expect('step-started a', 'task-paused', 'step-completed a')
    .when({ type: 'resume-task', reason: null })
    .expect('task-resumed', 'step-enqueued b')
})

test('a blocked task ends in error where its template says so', () => {
  const template = { ...templateWith({ a: [] }), lifecycle: { onBlocked: { errorAfterMs: 0 } } }
  given(template)
    .when({ start: 'a' }, { fail: 'a', retryable: false })
    .expect('step-started a', 'step-attempt-failed a', 'step-failed a', 'task-blocked', 'task-failed a')
})

test.run()
