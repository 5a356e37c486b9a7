import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { difference, everyHistory, shownDifference } from './compare.js'
import { EVERY_CONVERGENCE, everyTemplate, PLAIN } from './every-template.js'
import type { Happened, ModelStep } from './model.js'
import { follow, randomSteps } from './random-history.js'

const agreesOnEvery = (size: number, convergences: typeof EVERY_CONVERGENCE): number => {
  let pictures = 0
  for (const steps of everyTemplate(size, convergences)) {
    // Without a decision nothing depends on the order.
    const orders = steps.some((step) => step.type === 'decision') ? 'all' : 'first'
    pictures += everyHistory(
      steps,
      (found) => {
        throw new Error(shownDifference(found))
      },
      orders,
    )
  }
  return pictures
}

test('core and model agree on every graph of two and three steps, whatever happens and in whatever order', () => {
  assert.ok(agreesOnEvery(2, EVERY_CONVERGENCE) > 100)
  assert.ok(agreesOnEvery(3, EVERY_CONVERGENCE) > 15_000)
})

test('core and model agree on every graph of four steps with plain convergences', () => {
  assert.ok(agreesOnEvery(4, [PLAIN]) > 150_000)
})

test('core and model agree on larger graphs at random', () => {
  const choices = fc.array(fc.nat({ max: 100_000 }), { minLength: 12, maxLength: 20 })
  const agrees = (steps: ReadonlyArray<ModelStep>, chosen: ReadonlyArray<number>): void => {
    const found = follow(steps, chosen)
    if (found !== undefined) throw new Error(shownDifference(found))
  }
  fc.assert(fc.property(randomSteps(9), choices, agrees), { numRuns: 3_000, seed: 7 })
  fc.assert(fc.property(randomSteps(14), choices, agrees), { numRuns: 500, seed: 8 })
})

const step = (name: string, ...dependencies: ReadonlyArray<string>): ModelStep => ({
  name,
  type: 'standard',
  dependencies,
})
const decision = (name: string, ...dependencies: ReadonlyArray<string>): ModelStep => ({
  ...step(name, ...dependencies),
  type: 'decision',
})
const convergence = (name: string, ...dependencies: ReadonlyArray<string>): ModelStep => ({
  ...step(name, ...dependencies),
  type: 'deferred_convergence',
})
const decided = (name: string, ...create: ReadonlyArray<string>): Happened => ({ step: name, came: 'decided', create })
const completed = (name: string): Happened => ({ step: name, came: 'completed' })
const failed = (name: string): Happened => ({ step: name, came: 'failed' })

/** What both of them say; a difference between them fails the test. */
const agreed = (steps: ReadonlyArray<ModelStep>, ...history: ReadonlyArray<Happened>) => {
  const { model, difference: found } = difference(steps, history)
  if (found !== undefined) throw new Error(shownDifference(found))
  return model
}

test('a step below a second decision waits for that decision to name it', () => {
  const steps = [
    decision('route'),
    step('enrich', 'route'),
    decision('again', 'route'),
    step('send', 'enrich', 'again'),
  ]
  const before = [decided('route', 'enrich', 'again'), completed('enrich')]
  assert.is(agreed(steps, ...before, decided('again')).settlements.get('send'), 'absent')
  assert.equal(agreed(steps, ...before, decided('again', 'send')).ready, ['send'])
})

test('a decision may name a step that waits for a convergence of another part, whichever decides first', () => {
  const steps = [decision('left'), decision('right'), convergence('join', 'left'), step('end', 'right', 'join')]
  for (const history of [
    [decided('left'), decided('right', 'end'), completed('join')],
    [decided('right', 'end'), decided('left'), completed('join')],
  ]) {
    assert.equal(agreed(steps, ...history).ready, ['end'])
  }
})

test('two convergences that tolerate the failure of their decision bring along what follows from both', () => {
  const tolerant = (name: string): ModelStep => ({ ...convergence(name, 'route'), tolerateFailures: true })
  const steps = [decision('route'), tolerant('left'), tolerant('right'), step('end', 'left', 'right')]
  assert.equal(agreed(steps, failed('route'), completed('right'), completed('left')).ready, ['end'])
})

test('a tolerated failure that leaves nothing to converge is absorbed by the skipped convergence', () => {
  const join: ModelStep = { ...convergence('join', 'work'), tolerateFailures: true, onEmpty: 'skip' }
  const picture = agreed([step('work'), join], failed('work'))
  assert.equal(picture.skipped, ['join'])
  assert.is(picture.status, 'complete')
})

test('a quorum is of the branches that count: tolerated failures do not', () => {
  const join: ModelStep = { ...convergence('join', 'a', 'b'), requires: { quorum: 2 }, tolerateFailures: true }
  assert.equal(agreed([step('a'), step('b'), join], completed('a'), failed('b')).ready, ['join'])
  assert.equal(agreed([step('a'), step('b'), join], failed('a'), failed('b')).ready, ['join'])
})

test.run()
