import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { didYouMean, nearest } from '../../src/core/near-names.js'

test('the name that was likely meant is the nearest of the known ones', () => {
  assert.is(nearest('validate_ordr', ['validate_order', 'validate_user']), 'validate_order')
  assert.is(nearest('htpp_request', ['http_request', 'plan']), 'http_request')
  assert.is(nearest('PLAN', ['plan']), 'plan')
})

test('where no known name is near, nothing is suggested', () => {
  assert.is(nearest('something_else', ['plan', 'gate']), undefined)
  assert.is(nearest('x', []), undefined)
  assert.is(nearest('a'.repeat(10_000), ['a'.repeat(9_999)]), undefined)
  assert.is(didYouMean('zzz', ['plan']), '')
  assert.is(didYouMean('paln', ['plan']), '; did you mean "plan"?')
})

test.run()
