import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { canonicalJson } from '../../src/core/canonical-json.js'

test('equal values have equal text, whatever the order of their keys', () => {
  assert.is(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true }), '{"a":true,"b":[1,{"c":"x","d":null}]}')
  assert.is(canonicalJson({ a: 1, b: 2 }), canonicalJson({ b: 2, a: 1 }))
})

test('lists keep their order', () => {
  assert.is.not(canonicalJson([1, 2]), canonicalJson([2, 1]))
})

test.run()
