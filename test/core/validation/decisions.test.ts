import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { JsonObject } from '../../../src/core/json.js'
import { BOUNDS, findingsFor, step } from './proposals.js'

const decide = (name: string, rules: ReadonlyArray<ReadonlyArray<string>>, more: JsonObject = {}) => ({
  name,
  handler: 'decide',
  config: { rules: rules.map((create) => ({ when: '@', create })) },
  ...more,
})
const on = (...dependencies: ReadonlyArray<string>) => ({ dependencies })

test('a decision names steps of the fragment that depend on it, and none else', () => {
  assert.equal(findingsFor([decide('d', [['a'], ['plan/b']]), step('a', on('d')), step('b', on('d'))]), [])
  for (const name of ['apart', 'd', 'ghost', 'load', 'report', 'plan']) {
    const steps = [decide('d', [['a', name]]), step('a', on('d')), step('apart')]
    assert.equal(findingsFor(steps), ['unreachable_step steps.0.config.rules.0.create.1'], name)
  }
})

test('the convergence of the fragment may be named, which adds nothing', () => {
  assert.equal(findingsFor([decide('d', [['a'], ['merge']]), step('a', on('d'))]), [])
})

test('a named step brings its own dependencies or is named with them', () => {
  const steps = (rules: ReadonlyArray<ReadonlyArray<string>>) => [
    decide('d', rules),
    step('a', on('d')),
    step('b', on('d')),
    step('both', on('a', 'b')),
  ]
  assert.equal(findingsFor(steps([['a', 'b', 'both']])), [])
  assert.equal(findingsFor(steps([['a', 'b']])), [])
  assert.equal(findingsFor(steps([['a', 'both'], ['b']])), ['unreachable_step steps.0.config.rules.0.create.1'])
  assert.equal(findingsFor(steps([['both'], ['a', 'b']])), [
    'unreachable_step steps.0.config.rules.0.create.0',
    'unreachable_step steps.0.config.rules.0.create.0',
  ])
})

test('what follows from a named step counts as created with it, up to the next decision', () => {
  const chain = [decide('d', [['a', 'c']]), step('a', on('d')), step('b', on('a')), step('c', on('b'))]
  assert.equal(findingsFor(chain), [])
  const through = [
    decide('d', [['inner', 'c']]),
    decide('inner', [['b']], on('d')),
    step('b', on('inner')),
    step('c', on('b')),
  ]
  assert.equal(findingsFor(through), ['unreachable_step steps.0.config.rules.0.create.1'])
})

test('a step that no rule can ever create is told once, where that begins', () => {
  const steps = [decide('d', [['a']]), step('a', on('d')), step('b', on('d')), step('c', on('b'))]
  assert.equal(findingsFor(steps), ['unreachable_step steps.2'])
})

test('a step that comes with a named one need not be named', () => {
  assert.equal(findingsFor([decide('d', [['a']]), step('a', on('d')), step('b', on('d', 'a'))]), [])
})

test('whoever decides in code may name anything below', () => {
  const bounds = { ...BOUNDS, allowed_handlers: ['Orders::Ship', 'persist'] }
  const steps = [{ name: 'd', handler: 'Orders::Ship', step_type: 'decision' }, step('a', on('d'))]
  assert.equal(findingsFor(steps, { bounds }), [])
})

test('what stands behind a planning step is created with its fragment', () => {
  assert.equal(findingsFor([{ name: 'think', handler: 'plan', config: { goal: 'g' } }, step('a', on('think'))]), [])
})

test.run()
