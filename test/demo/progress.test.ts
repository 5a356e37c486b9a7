import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { advance, newProgress, phasesOf } from '../../scripts/demonstration/progress.js'
import { progressLines } from '../../scripts/demonstration/progress-text.js'
import type { TaskEvent } from '../../src/core/event.js'
import { happened, materialized, step } from './happenings.js'

const after = (...events: ReadonlyArray<TaskEvent>) => phasesOf(events.reduce(advance, newProgress()))

const created = materialized('1', 'template', null, [step('plan'), step('collect')])
const started = (name: string): TaskEvent =>
  happened(`s-${name}`, 'step-started', { step: name, attempt: 1, session: 1, worker: 'w' })
const completed = (name: string): TaskEvent =>
  happened(`c-${name}`, 'step-completed', { step: name, attempt: 1, result: { value: null } })

test('steps that were created wait, those that were started are in flight, those that completed are done', () => {
  assert.equal(after(created, started('plan')), [{ phase: '', done: 0, inFlight: 1, waiting: 1, failed: 0 }])
  assert.equal(after(created, started('plan'), completed('plan')), [
    { phase: '', done: 1, inFlight: 0, waiting: 1, failed: 0 },
  ])
})

test('an attempt that failed makes its step wait again', () => {
  const failed = happened('f', 'step-attempt-failed', {
    step: 'plan',
    attempt: 1,
    error: { code: 'timeout', message: 'too slow' },
    retryable: true,
    dueAtMs: 1,
  })
  assert.is(after(created, started('plan'), failed)[0]?.waiting, 2)
})

test('steps of a fragment are counted in the phase of the planning step that made them', () => {
  const phases = after(created, materialized('2', 'fragment', 'plan', [step('plan/a'), step('plan/b')]))
  assert.equal(
    phases.map(({ phase, waiting }) => ({ phase, waiting })),
    [
      { phase: '', waiting: 2 },
      { phase: 'plan', waiting: 2 },
    ],
  )
})

test('a phase is one line with a bar', () => {
  assert.equal(progressLines([{ phase: '', done: 1, inFlight: 1, waiting: 2, failed: 0 }]), [
    '  template  ██████▒▒▒▒▒▒············  1 done, 1 in flight, 2 waiting',
  ])
})

test.run()
