import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Publication, StepDefinition } from '../../../src/core/step.js'
import { given } from '../../support/given.js'
import { templateWith } from '../../support/small-engine.js'

const test = suite('domain events')

const publishing = (publishes: ReadonlyArray<Publication>, more: Partial<StepDefinition> = {}) =>
  given(templateWith({ pay: { publishes, ...more } }))

const EVERY: ReadonlyArray<Publication> = [
  { name: 'paid', condition: 'success' },
  { name: 'failed', condition: 'failure' },
  { name: 'delayed', condition: 'retryable_failure' },
  { name: 'lost', condition: 'permanent_failure' },
  { name: 'tried', condition: 'always', deliveryMode: 'fast' },
]

const published = (story: ReturnType<typeof given>): ReadonlyArray<string> =>
  story.events.flatMap(({ type, data }) => (type === 'domain-event-published' && 'name' in data ? [data.name] : []))

test('a step that completes publishes its events with its result, in the append of its completion', () => {
  const story = publishing(EVERY)
    .when({ start: 'pay' }, { complete: 'pay', result: 'ok' })
    .expect(
      'step-started pay',
      'step-completed pay',
      'domain-event-published pay',
      'domain-event-published pay',
      'task-completed',
    )
  assert.equal(published(story), ['paid', 'tried'])
  const event = story.events.at(-2)
  assert.equal(event?.data, {
    step: 'pay',
    attempt: 1,
    name: 'tried',
    condition: 'always',
    payload: { value: 'ok' },
    deliveryMode: 'fast',
  })
})

test('a failed attempt with another to follow, and the last one, publish what each of them means', () => {
  const story = publishing(EVERY, { retry: { maxAttempts: 2 } }).when({ start: 'pay' }, { fail: 'pay' })
  assert.equal(published(story), ['failed', 'delayed', 'tried'])
  story.when({ retry: 'pay' }, { start: 'pay' }, { fail: 'pay' })
  assert.equal(published(story).slice(3), ['failed', 'lost', 'tried'])
  const event = story.events.find(({ type }) => type === 'domain-event-published')
  assert.equal(event?.type === 'domain-event-published' && event.data.payload, {
    value: { code: 'broken', message: 'it broke' },
  })
})

test('what a person completes is published too, and what is resolved or skipped is not', () => {
  const byHand = (type: 'resolve-step' | 'skip-step') =>
    published(publishing(EVERY).when({ type, step: 'pay', reason: null }))
  assert.equal(byHand('resolve-step'), [])
  assert.equal(byHand('skip-step'), [])
  const story = publishing(EVERY).when({ type: 'complete-step', step: 'pay', result: { value: 1 }, reason: 'seen' })
  assert.equal(published(story), ['paid', 'tried'])
})

test('a payload that breaks what its event promises is withheld, and the step is done all the same', () => {
  publishing(EVERY)
    .when(
      { start: 'pay' },
      {
        type: 'report-outcome',
        step: 0,
        attempt: 1,
        outcome: {
          kind: 'completed',
          result: { value: 1 },
          withheld: [
            { name: 'paid', condition: 'success', message: 'must be an object' },
            { name: 'failed', condition: 'failure', message: 'does not apply' },
          ],
        },
      },
    )
    .expect(
      'step-started pay',
      'step-completed pay',
      'domain-event-withheld pay',
      'domain-event-published pay',
      'task-completed',
    )
})

test.run()
