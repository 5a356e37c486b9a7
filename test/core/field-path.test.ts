import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { matchesAnyField, matchesField } from '../../src/core/field-path.js'

test('a pattern names one place, a star any key or index', () => {
  assert.ok(matchesField('url', ['url']))
  assert.ok(matchesField('headers.*', ['headers', 'x.with.dots']))
  assert.ok(matchesField('rules.*.create.*', ['rules', '0', 'create', '3']))
  assert.not.ok(matchesField('url', ['url', '0']))
  assert.not.ok(matchesField('headers.*', ['headers']))
  assert.not.ok(matchesField('headers.*', ['headers', 'a', 'b']))
})

test('two stars at the end are the place and everything below', () => {
  assert.ok(matchesField('json.**', ['json']))
  assert.ok(matchesField('json.**', ['json', 'a', '0']))
  assert.not.ok(matchesField('json.**', ['jsonp']))
  assert.ok(matchesAnyField(['url', 'json.**'], ['json', 'a']))
  assert.not.ok(matchesAnyField([], ['json']))
})

test.run()
