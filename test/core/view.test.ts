import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { glanceAt, viewOf } from '../../src/core/view.js'
import { given } from '../support/given.js'
import { templateWith } from '../support/small-engine.js'

const test = suite('a task as it is shown')

const SETTLED = ['complete', 'error', 'cancelled', 'skipped', 'resolved_manually']

test('what is seen at a glance is what the view of every step adds up to', () => {
  const retry = { retryable: true, maxAttempts: 2, backoff: 'none', baseMs: 0, capMs: 0, jitter: 0 } as const
  const story = given(
    templateWith({
      first: [],
      choose: { type: 'decision', dependencies: ['first'] },
      left: ['choose'],
      right: ['choose'],
      shaky: { retry, dependencies: [] },
      join: { type: 'deferred_convergence', dependencies: ['left', 'right'] },
    }),
  )
  const agrees = (): void => {
    const glance = glanceAt(story.state)
    const { status, steps } = viewOf(story.state)
    const states = Object.values(steps).map(({ state }) => state)
    const among = (...wanted: ReadonlyArray<string>) => states.filter((state) => wanted.includes(state)).length
    assert.is(glance.status, status)
    assert.equal(glance.steps, {
      created: states.length,
      settled: among(...SETTLED),
      inFlight: among('enqueued', 'in_progress'),
      waiting: among('waiting_for_retry', 'waiting_for_approval'),
    })
    for (const name of ['first', 'choose', 'left', 'right', 'join']) assert.equal(glance.step(name), steps[name])
  }
  agrees()
  const choice = { kind: 'decided', create: ['left'], result: { value: null } } as const
  for (const asked of [
    { start: 'first' },
    { start: 'shaky' },
    { fail: 'shaky', retryable: true },
    { complete: 'first' },
    { start: 'choose' },
    { type: 'report-outcome', step: story.state.byName.get('choose') ?? 0, attempt: 1, outcome: choice },
    { start: 'left' },
    { complete: 'left' },
    { start: 'join' },
    { complete: 'join' },
  ] as const) {
    story.when(asked)
    agrees()
  }
  assert.is(glanceAt(story.state).steps.created, 5)
  assert.is(glanceAt(story.state).step('right'), undefined)
  assert.is(glanceAt(story.state).newest, 'join')
})

test.run()
