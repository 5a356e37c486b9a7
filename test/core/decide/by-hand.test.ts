import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Json } from '../../../src/core/json.js'
import { given } from '../../support/given.js'
import { templateWith } from '../../support/small-engine.js'

const test = suite('hands on a running task')

const on = (type: 'reset-step' | 'resolve-step' | 'skip-step' | 'retry-step-now', step: string) =>
  ({ type, step, reason: 'because' }) as const

const failed = (template: Parameters<typeof templateWith>[0]) =>
  given(templateWith(template)).when({ start: 'a' }, { fail: 'a', retryable: false })

test('a reset step of a blocked task runs again, and the task goes on', () => {
  const story = failed({ a: [], b: ['a'] })
    .when(on('reset-step', 'a'))
    .expect('task-reopened', 'step-reset a', 'step-enqueued a')
    .when({ start: 'a' }, { complete: 'a' })
    .expect('step-started a', 'step-completed a', 'step-enqueued b')
  assert.is(story.state.nodes[0]?.attempt, 2)
  assert.is(story.state.nodes[0]?.generation, 1)
})

test('a task that has ended in error is repaired by a legal transition', () => {
  const template = { ...templateWith({ a: [], b: ['a'] }), lifecycle: { onBlocked: { errorAfterMs: 0 } } }
  given(template)
    .when({ start: 'a' }, { fail: 'a', retryable: false })
    .when(on('resolve-step', 'a'))
    .expect('task-reopened', 'step-resolved-manually a', 'step-enqueued b')
})

test('a failure that is resolved counts as satisfied, one that is skipped as absent', () => {
  failed({ a: [], b: ['a'] })
    .when(on('resolve-step', 'a'))
    .expect('task-reopened', 'step-resolved-manually a', 'step-enqueued b')
  const skipped = failed({ a: [], b: ['a'] })
    .when(on('skip-step', 'a'))
    .expect('task-reopened', 'step-skipped a', 'task-completed')
  assert.is(skipped.state.nodes[1]?.settlement, 'absent')
})

test('skipping what would have followed makes up for no failure, and resolving it does', () => {
  const skipped = failed({ a: [], b: ['a'] }).when(on('skip-step', 'b'))
  assert.is(skipped.state.phase.kind, 'blocked')
  const resolved = failed({ a: [], b: ['a'] }).when(on('resolve-step', 'b'))
  assert.is(resolved.state.phase.kind, 'complete')
})

test('a decision that is resolved has decided for nothing: what converges below it runs', () => {
  given(
    templateWith({
      choose: { type: 'decision' },
      left: ['choose'],
      join: { type: 'deferred_convergence', dependencies: ['left'] },
    }),
  )
    .when(on('resolve-step', 'choose'))
    .expect('decision-made choose', 'steps-materialized', 'step-resolved-manually choose', 'step-enqueued join')
    .when({ start: 'join' }, { complete: 'join' })
    .expect('step-started join', 'step-completed join', 'task-completed')
})

test('a step completed by hand has the result that was given', () => {
  const command = { type: 'complete-step', step: 'a', result: { value: 42 }, reason: 'by hand' } as const
  const story = failed({ a: [], b: ['a'] }).when(command)
  story.expect('task-reopened', 'step-completed-manually a', 'step-enqueued b')
  assert.equal(story.state.nodes[0]?.state, { kind: 'complete', result: { value: 42 } })
})

test('a settlement is final once a convergence has gone on with it', () => {
  failed({ a: [], join: { type: 'deferred_convergence', dependencies: ['a'], tolerateFailures: true } })
    .when({ start: 'join' })
    .refuses(on('reset-step', 'a'), 'already_converged')
    .refuses(on('resolve-step', 'a'), 'already_converged')
})

test('steps that failed along with it, and never ran, are settled anew', () => {
  const story = failed({ a: [], b: ['a'], c: ['b'] })
  assert.is(story.state.nodes[2]?.settlement, 'failed')
  story.when(on('reset-step', 'a'))
  assert.is(story.state.nodes[2]?.settlement, undefined)
  story
    .when({ start: 'a' }, { complete: 'a' }, { start: 'b' }, { complete: 'b' })
    .expect(
      'step-started a',
      'step-completed a',
      'step-enqueued b',
      'step-started b',
      'step-completed b',
      'step-enqueued c',
    )
})

test('a retry that is due later can be taken now', () => {
  given(templateWith({ a: [] }))
    .when({ start: 'a' }, { fail: 'a' })
    .when(on('retry-step-now', 'a'))
    .expect('step-retried-now a', 'step-enqueued a')
})

test('what makes no sense is refused by name', () => {
  given(templateWith({ a: [], b: ['a'] }))
    .when({ start: 'a' })
    .refuses(on('reset-step', 'a'), 'step_not_settled')
    .refuses(on('resolve-step', 'a'), 'step_in_progress')
    .refuses(on('retry-step-now', 'b'), 'not_waiting')
    .refuses(on('reset-step', 'nobody'), 'step_unknown')
    .when({ complete: 'a' })
    .refuses(on('skip-step', 'a'), 'step_settled')
})

test('a decision cannot be taken back', () => {
  const decided = {
    type: 'report-outcome',
    step: 0,
    attempt: 1,
    outcome: { kind: 'decided', create: ['b'], result: { value: null } },
  } as const
  given(templateWith({ a: { type: 'decision' }, b: ['a'] }))
    .when({ start: 'a' }, decided)
    .refuses(on('reset-step', 'a'), 'not_resettable')
})

test('a person who completes a decision makes it, in the words of a handler', () => {
  const choosing = templateWith({ choose: { type: 'decision' }, left: ['choose'], right: ['choose'] })
  const by = (value: Json) => ({ type: 'complete-step', step: 'choose', result: { value }, reason: null }) as const
  given(choosing)
    .refuses(by('left'), 'decision_invalid')
    .refuses(by({ type: 'create_steps', step_names: ['nobody'] }), 'decision_invalid')
    .when(by({ type: 'create_steps', step_names: ['left'] }))
    .expect('decision-made choose', 'steps-materialized', 'step-completed-manually choose', 'step-enqueued left')
  given(choosing)
    .when({ start: 'choose' }, { fail: 'choose', retryable: false })
    .when(by({ type: 'create_steps', step_names: ['right'] }))
    .expect(
      'task-reopened',
      'decision-made choose',
      'steps-materialized',
      'step-completed-manually choose',
      'step-enqueued right',
    )
  given(choosing)
    .when(by({ type: 'no_branches' }))
    .expect('decision-made choose', 'step-completed-manually choose', 'task-completed')
})

test.run()
