import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { FRAME, findingsFor, fragmentOf, frameStep, judge, step } from './proposals.js'

const on = (...dependencies: ReadonlyArray<string>) => ({ dependencies })

test('a dependency that is neither in the fragment nor in the frame is unknown', () => {
  assert.equal(findingsFor([step('fetch'), step('b', on('fetc')), step('c', on('plan/ghost', 'fetch[0]'))]), [
    'unknown_dependency steps.1.dependencies.0',
    'unknown_dependency steps.2.dependencies.0',
    'unknown_dependency steps.2.dependencies.1',
  ])
  assert.match(
    judge(fragmentOf([step('fetch'), step('b', on('fetc'))])).findings[0]?.message ?? '',
    /did you mean "fetch"/,
  )
})

test('steps of the frame may be depended on where they precede the planning step, and nowhere else', () => {
  assert.equal(findingsFor([step('a', on('load', 'check'))]), [])
  for (const name of ['side', 'plan', 'merge', 'report', 'finale', 'approve']) {
    assert.equal(findingsFor([step('a', on(name))]), ['frame_violation steps.0.dependencies.0'], name)
  }
})

test('instances of what precedes the planning step precede it too', () => {
  const steps = [...FRAME.steps, frameStep('check[0]'), frameStep('side[0]')]
  assert.equal(findingsFor([step('a', on('check[0]')), step('b', on('side[0]'))], { frame: { ...FRAME, steps } }), [
    'frame_violation steps.1.dependencies.0',
  ])
})

test('a step that depends on itself is a cycle', () => {
  assert.equal(findingsFor([step('a', on('a'))]), ['cycle steps.0.dependencies.0'])
  assert.equal(findingsFor([step('a', on('plan/a'))]), ['cycle steps.0.dependencies.0'])
})

test('each cycle is told once, at its first step, with its members in order', () => {
  const { findings } = judge(
    fragmentOf([
      step('apart'),
      step('c', on('b')),
      step('b', on('a', 'apart')),
      step('a', on('c')),
      step('x', on('y', 'c')),
      step('y', on('x')),
      step('below', on('a')),
    ]),
  )
  assert.equal(
    findings.map(({ code, path, cycle }) => [code, path, cycle]),
    [
      ['cycle', 'steps.1.dependencies', ['a', 'c', 'b']],
      ['cycle', 'steps.4.dependencies', ['x', 'y']],
    ],
  )
  assert.match(findings[0]?.message ?? '', /"a" → "c" → "b" → "a"/)
})

test('a cycle of a thousand steps is shown in part', () => {
  const ring = Array.from({ length: 1_000 }, (_, index) => step(`s${index}`, on(`s${(index + 1) % 1_000}`)))
  const [finding] = judge(fragmentOf(ring), { bounds: {} }).findings
  assert.is(finding?.code, 'cycle')
  assert.match(finding?.message ?? '', /980 more/)
})

test.run()
