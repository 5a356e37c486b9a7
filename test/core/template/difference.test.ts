import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { differencesOf } from '../../../src/core/template/difference.js'

const test = suite('differences between templates')

const BEFORE = {
  name: 'order',
  version: '1.0.0',
  steps: [
    { name: 'pay', dependencies: ['check'], retry: { max_attempts: 3 } },
    { name: 'check', timeout_seconds: 5 },
    { name: 'mail' },
  ],
}

test('steps are told by their names, wherever they stand', () => {
  const after = {
    version: '1.1.0',
    name: 'order',
    steps: [
      { name: 'check', timeout_seconds: 5 },
      { name: 'pay', dependencies: ['check', 'stock'], retry: { max_attempts: 5, backoff: 'linear' } },
      { name: 'stock' },
    ],
  }
  assert.equal(differencesOf(BEFORE, after), [
    { kind: 'changed', path: 'version', before: '1.0.0', after: '1.1.0' },
    { kind: 'changed', path: 'steps.pay.dependencies', before: ['check'], after: ['check', 'stock'] },
    { kind: 'changed', path: 'steps.pay.retry.max_attempts', before: 3, after: 5 },
    { kind: 'added', path: 'steps.pay.retry.backoff', after: 'linear' },
    { kind: 'removed', path: 'steps.mail', before: { name: 'mail' } },
    { kind: 'added', path: 'steps.stock', after: { name: 'stock' } },
  ])
})

test('the same said in another order is no difference', () => {
  assert.equal(differencesOf(BEFORE, { ...BEFORE, steps: BEFORE.steps.toReversed() }), [])
})

test('what cannot be told apart by name is compared as a whole', () => {
  assert.equal(differencesOf({ a: [1, 2] }, { a: [2, 1] }), [
    { kind: 'changed', path: 'a', before: [1, 2], after: [2, 1] },
  ])
  assert.equal(differencesOf([], { a: 1 }), [{ kind: 'changed', path: '', before: [], after: { a: 1 } }])
})

test.run()
