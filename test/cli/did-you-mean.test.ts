import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { didYouMean, distanceOf } from '../../src/cli/did-you-mean.js'

test('a letter added, dropped, changed or swapped is one slip', () => {
  assert.is(distanceOf('run', 'run'), 0)
  for (const slip of ['runn', 'rn', 'ran', 'urn']) assert.is(distanceOf(slip, 'run'), 1, slip)
  assert.is(distanceOf('', 'run'), 3)
})

test('the closest word is meant, and nothing where none is close', () => {
  const known = ['migrate', 'doctor', 'config', 'run']
  assert.is(didYouMean('migarte', known), 'migrate')
  assert.is(didYouMean('Doctr', known), 'doctor')
  assert.is(didYouMean('rnu', known), 'run')
  assert.is(didYouMean('serve', known), undefined)
})

test.run()
