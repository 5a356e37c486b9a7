import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { shownDifference } from './compare.js'
import { agreeOnSlice } from './graph-slices.js'

/** All of them are tried by `npm run graphs`. */
const SLICES = 200

test('core and model agree on a slice of all graphs of four steps with every kind of convergence', () => {
  const { graphs, pictures, found } = agreeOnSlice(7, SLICES)
  if (found !== undefined) throw new Error(shownDifference(found))
  assert.ok(graphs > 500 && pictures > 10_000, `${graphs} graphs, ${pictures} pictures`)
})

test.run()
