import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { accepted, after, problems, shown, step, withSteps } from './parsed.js'

test('a missing dependency names what was likely meant', () => {
  const [problem] = problems(withSteps(step('validate_order'), after('charge', 'validate_ordr')))
  assert.is(problem?.code, 'missing_dependency')
  assert.is(problem?.path, 'steps.1.dependencies.0')
  assert.match(problem?.message ?? '', /did you mean "validate_order"\?/)
})

test('a dependency listed twice, or under both words, is a problem of shape', () => {
  assert.equal(shown(withSteps(step('a'), after('b', 'a', 'a'))), ['schema steps.1.dependencies.1'])
  assert.equal(shown(withSteps(step('a'), step('b', { dependencies: ['a'], depends_on: ['a'] }))), [
    'schema steps.1.depends_on',
  ])
  assert.equal(shown(withSteps(step('a', { type: 'standard', step_type: 'standard' }))), ['schema steps.0.step_type'])
})

test('a cycle is named from step to step', () => {
  const [problem, ...others] = problems(
    withSteps(step('start'), after('a', 'start', 'c'), after('b', 'a'), after('c', 'b')),
  )
  assert.equal(others, [])
  assert.is(problem?.code, 'cycle')
  assert.match(problem?.message ?? '', /a → b → c → a|b → c → a → b|c → a → b → c/)
  assert.equal(shown(withSteps(after('a', 'a'))), ['cycle steps.0.dependencies.0'])
})

test('a long chain is ordered without exhausting the stack', () => {
  const chain = Array.from({ length: 20_000 }, (_, n) =>
    n === 0 ? step('s0') : after(`s${n}`, `s${n - 1}`),
  ).toReversed()
  assert.is(accepted(withSteps(...chain)).steps[0]?.name, 's0')
})

test.run()
