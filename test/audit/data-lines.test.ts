import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { dataLines } from '../../src/audit/data-lines.js'

test('each thing is a line', () => {
  const shown = {
    unresolved: [
      { country: 'Turkey', reason: 'unknown_country', records: 11 },
      { country: 'Hong Kong, China', reason: 'unknown_country', records: 11 },
    ],
    records: { valid: 682, invalid: 0 },
    invalid: [],
  }
  assert.equal(dataLines(shown), [
    'unresolved:',
    '  - country Turkey; reason unknown_country; records 11',
    '  - country Hong Kong, China; reason unknown_country; records 11',
    'records: valid 682; invalid 0',
    'invalid: none',
  ])
})

test('what is no object is shown as it is', () => {
  assert.equal(dataLines('yes'), ['yes'])
  assert.equal(dataLines(null), ['null'])
  assert.equal(dataLines([]), ['none'])
  assert.equal(dataLines([1, [2]]), ['- 1', '-', '  - 2'])
})

test.run()
