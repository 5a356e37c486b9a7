/** A planned step that would lead to more steps than the bounds allow, and what its phase says of that. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { JsonObject } from '../../../src/core/json.js'
import { findNode } from '../../../src/core/state.js'
import { given, type Story } from '../../support/given.js'
import { attemptOf, fragmentOf, kindOf, lastData, planned, template } from './planned-phase.js'

const test = suite('a step for which there is no room')

const VOTE = { type: 'vote-gate', vote: 'approve', comment: null, groups: [] } as const

const plannedWith = (config: JsonObject): Story =>
  planned(given(template(config)), {
    ...fragmentOf(),
    steps: [
      { name: 'a', handler: 'Orders::Ship' },
      { name: 'each', handler: 'Orders::Ship' },
      { name: 'after', handler: 'Orders::Ship', dependencies: ['each'] },
    ],
  })

/** Twelve instances, where nine may be. */
const fannedOut = (story: Story, step = 'plan/each', count = 12): Story => {
  const items = Array.from({ length: count }, (_, index) => index)
  const outcome = { kind: 'fanned-out', items, handler: 'Orders::Ship', config: {} } as const
  story.when({ start: step })
  return story.when({ type: 'report-outcome', ...attemptOf(story, step), outcome })
}

test('it fails, and the task is blocked, where the phase says nothing else', () => {
  const story = plannedWith({})
  story.when({ start: 'plan/a' }, { complete: 'plan/a' })
  fannedOut(story).expect('step-attempt-failed plan/each', 'step-failed plan/each', 'task-blocked')
})

test('it is left out, and the convergence goes on with what there is, and the log says why', () => {
  const story = plannedWith({ on_exhausted: 'converge' })
  story.when({ start: 'plan/a' }, { complete: 'plan/a' })
  fannedOut(story).expect(
    'step-attempt-failed plan/each',
    'step-failed plan/each',
    'step-skipped plan/each',
    'step-enqueued finish',
  )
  assert.equal(Object(lastData(story, 'step-failed')).error, {
    code: 'bounds_exceeded',
    message: 'plan/each leads to 12 more steps, which makes max_fan_out 12 where 9 are allowed',
    details: { bound: 'max_fan_out', limit: 9, value: 12 },
  })
  assert.equal([findNode(story.state, 'plan/after')?.settlement, kindOf(story, 'plan/a')], ['absent', 'complete'])
  story.when({ start: 'finish' }, { complete: 'finish' })
  assert.is(story.state.phase.kind, 'complete')
})

test('another failure beside it is not forgiven with it', () => {
  const story = plannedWith({ on_exhausted: 'converge' })
  story.when({ start: 'plan/a' }, { fail: 'plan/a', retryable: false })
  fannedOut(story)
  assert.equal(
    [kindOf(story, 'plan/a'), kindOf(story, 'plan/each'), story.state.phase.kind],
    ['error', 'skipped', 'blocked'],
  )
})

test('people are asked for more, and it is run again with what they gave', () => {
  const story = fannedOut(plannedWith({ on_exhausted: 'gate' }))
  story.expect('gate-opened plan/each')
  assert.match(JSON.stringify(lastData(story, 'gate-opened')), 'max_fan_out 12 where 9 are allowed. May it have more?')
  story.when({ ...VOTE, step: 'plan/each', bounds: { max_fan_out: 12 } })
  story.expect('gate-voted plan/each', 'gate-approved plan/each', 'bounds-raised plan/each', 'step-enqueued plan/each')
  fannedOut(story)
  assert.is(story.state.phase.kind, 'open')
  assert.is(findNode(story.state, 'plan/each')?.group?.instances.length, 12)
  // Who gives too little is asked again, and who gives nothing lets it fail.
  const other = fannedOut(plannedWith({ on_exhausted: 'gate' }))
  other.when({ ...VOTE, step: 'plan/each', bounds: { max_fan_out: 11 } })
  fannedOut(other).expect('gate-opened plan/each')
  other.when({ ...VOTE, vote: 'reject', step: 'plan/each' })
  assert.is(kindOf(other, 'plan/each'), 'error')
})

test('a phase that may be planned anew is planned anew first', () => {
  const story = plannedWith({ on_exhausted: 'gate', max_replans: 1 })
  story.when({ start: 'plan/a' }, { complete: 'plan/a' })
  fannedOut(story)
  assert.is(kindOf(story, 'plan~2'), 'enqueued')
})

test.run()
