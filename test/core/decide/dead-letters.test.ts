import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Resolution } from '../../../src/core/decide/dead-letter.js'
import { statusOf } from '../../../src/core/status.js'
import type { Template } from '../../../src/core/template.js'
import { given } from '../../support/given.js'
import { templateWith } from '../../support/small-engine.js'

const test = suite('dead letters')

const FRAME = { a: [], b: ['a'] } as const

const blocked = (more: Partial<Template> = {}) =>
  given({ ...templateWith(FRAME), ...more }).when({ start: 'a' }, { fail: 'a', retryable: false })

const resolved = (resolution: Resolution) =>
  ({ type: 'resolve-dead-letter', resolution, reason: 'looked into' }) as const

test('a blocked task is one, until it is repaired', () => {
  const story = blocked()
  assert.is(story.state.deadLetter?.reason, 'blocked')
  assert.is(story.state.deadLetter?.event, story.events.at(-1)?.id)
  story.when({ type: 'reset-step', step: 'a', reason: null })
  assert.is(story.state.deadLetter, undefined)
})

test('a step that used up its attempts makes its task an exhausted one', () => {
  const template = templateWith({ a: { retry: { maxAttempts: 1 } } })
  const story = given(template).when({ start: 'a' }, { fail: 'a' })
  assert.is(story.state.deadLetter?.reason, 'exhausted')
})

test('one that ends in error because nobody came stays what it was', () => {
  const story = blocked({ lifecycle: { onBlocked: { errorAfterMs: 1 } } }).when({ type: 'fail-blocked-task' })
  assert.is(statusOf(story.state), 'error')
  assert.is(story.state.deadLetter?.reason, 'blocked')
})

test('what a limit of time makes of a task says whether somebody has to look', () => {
  const late = (deadLetter: boolean) =>
    given({
      ...templateWith(FRAME),
      lifecycle: {
        maxDurationMs: 0,
        onTimeout: { late: { fails: true, deadLetter }, stale: { fails: false, deadLetter: false } },
      },
    }).when({ type: 'pass-deadline' })
  assert.is(late(true).state.deadLetter?.reason, 'late')
  assert.is(late(false).state.deadLetter, undefined)
})

test('a task that somebody resolved is closed, and can be told from one that completed', () => {
  const story = blocked()
    .when(resolved('manually_resolved'))
    .expect('dead-letter-resolved', 'task-resolved-manually')
    .refuses({ type: 'skip-step', step: 'a', reason: null }, 'task_closed')
    .refuses(resolved('manually_resolved'), 'no_dead_letter')
  assert.is(statusOf(story.state), 'resolved_manually')
})

test('a task that is given up ends in error, and one that is cancelled is cancelled', () => {
  const failed = blocked().when(resolved('permanently_failed')).expect('task-failed a', 'dead-letter-resolved')
  assert.is(statusOf(failed.state), 'error')
  assert.is(failed.state.deadLetter, undefined)
  const cancelled = blocked().when(resolved('cancelled')).expect('dead-letter-resolved', 'task-cancelled')
  assert.is(statusOf(cancelled.state), 'cancelled')
})

test('a task in error is resolved where it stands, and cannot be cancelled any more', () => {
  const inError = () => blocked({ lifecycle: { onBlocked: { errorAfterMs: 0 } } })
  inError().refuses(resolved('cancelled'), 'task_closed')
  inError().when(resolved('permanently_failed')).expect('dead-letter-resolved')
  inError().when(resolved('manually_resolved')).expect('dead-letter-resolved', 'task-resolved-manually')
})

test('what is being undone is undone to the end, also of a task that somebody resolved', () => {
  const frame = { done: { onFailure: { handler: 'undo' } }, a: [] }
  const story = given({ ...templateWith(frame), lifecycle: { onBlocked: { errorAfterMs: 0 } } })
    .when({ start: 'done' }, { complete: 'done' }, { start: 'a' }, { fail: 'a', retryable: false })
    .when(resolved('manually_resolved'))
    .when({ start: 'done~compensation' }, { complete: 'done~compensation' })
  assert.is(statusOf(story.state), 'resolved_manually')
  assert.is(story.state.compensating, 0)
})

test('a task that nobody need look into has nothing to resolve', () => {
  given(templateWith(FRAME)).refuses(resolved('cancelled'), 'no_dead_letter')
})

test('a stale task that somebody looked into goes on', () => {
  const story = given({
    ...templateWith(FRAME),
    lifecycle: { staleness: { waitingForDependenciesMs: 1 } },
  })
  story.when({ type: 'pass-staleness', version: story.state.progress })
  assert.is(story.state.deadLetter?.reason, 'stale')
  story.when(resolved('manually_resolved')).expect('dead-letter-resolved')
  assert.is(story.state.phase.kind, 'open')
  story.when({ start: 'a' }, { complete: 'a' }, { start: 'b' }, { complete: 'b' })
  assert.is(statusOf(story.state), 'complete')
})

test.run()
