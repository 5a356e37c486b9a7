import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { FRAME, findingsFor, fragmentOf, frameStep, judge, step } from './proposals.js'

test('a name that stands twice is told at each but the first', () => {
  assert.equal(findingsFor([step('a'), step('b'), step('a'), step('a')]), [
    'duplicate_step steps.2.name',
    'duplicate_step steps.3.name',
  ])
  assert.is(judge(fragmentOf([step('a'), step('a')])).findings[0]?.first, 'steps.0')
})

test('words of references are reserved', () => {
  for (const word of ['task', 'steps', 'item', 'secrets', 'result', 'context']) {
    assert.equal(findingsFor([step(word)]), ['reserved_name steps.0.name'])
  }
})

test('names of the frame are reserved, before and after the planning step, and its own', () => {
  for (const name of ['load', 'side', 'plan', 'merge', 'report', 'finale']) {
    assert.equal(findingsFor([step(name)]), ['reserved_name steps.0.name'])
  }
})

test('a name that an earlier fragment of the step has left behind is reserved', () => {
  const frame = { ...FRAME, steps: [...FRAME.steps, frameStep('plan/fetch', ['check'])] }
  assert.equal(findingsFor([step('fetch')], { frame }), ['reserved_name steps.0.name'])
})

test('a name that becomes too long by the fragments around it is refused', () => {
  const planningStep = Array.from({ length: 4 }, () => 'p'.repeat(60)).join('/')
  const frame = { ...FRAME, planningStep }
  const found = findingsFor([step('a'.repeat(20))], { frame })
  assert.ok(found.includes('schema steps.0.name'))
  assert.not.ok(findingsFor([step('a')], { frame }).includes('schema steps.0.name'))
})

test.run()
