import fc from 'fast-check'
import { test } from 'uvu'
import { shownDifference } from './compare.js'
import type { ModelStep } from './model.js'
import { followWithHands, randomSteps } from './random-history.js'

test('core and model agree on random graphs when people resolve, skip and reset steps in between', () => {
  const choices = fc.array(fc.nat({ max: 100_000 }), { minLength: 12, maxLength: 24 })
  const agrees = (steps: ReadonlyArray<ModelStep>, chosen: ReadonlyArray<number>): void => {
    const found = followWithHands(steps, chosen)
    if (found !== undefined) throw new Error(shownDifference(found))
  }
  fc.assert(fc.property(randomSteps(8), choices, agrees), { numRuns: 2_000, seed: 9 })
})

test.run()
