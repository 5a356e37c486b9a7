import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createCatalog } from '../../catalog/catalog.js'
import { vocabularyOf } from '../../catalog/vocabulary.js'
import { NOTHING_USED } from '../../src/core/bounds.js'
import { estimateOf } from '../../src/core/plan-estimate.js'
import type { StepDefinition } from '../../src/core/step.js'

const vocabulary = vocabularyOf(createCatalog().handlers)

const step = (name: string, handler: string, more: Partial<StepDefinition> = {}): StepDefinition => ({
  ...{ name, handler: `catalog:${handler}`, type: 'standard', dependencies: [] },
  ...more,
})

const used = { ...NOTHING_USED, steps: 2, phases: 1, plannerCalls: 2, tokens: 900, costUsd: 0.5 }

test('an estimate tells how deep a plan is, whom it reaches and what more it may cost', () => {
  const steps = [
    step('look', 'http_request'),
    step('each', 'fan_out', { dependencies: ['look'], config: { handler: 'http_request' } }),
    step('ask', 'gate', { type: 'gate', dependencies: ['each'] }),
  ]
  const withheld = [step('more', 'plan', { type: 'planning', dependencies: ['ask'] })]
  const bounds = { max_steps: 30, max_fan_out: 50, max_cost_usd: 2 }
  const reserved = { ...NOTHING_USED, steps: 4, phases: 1 }
  assert.equal(estimateOf({ steps, withheld }, vocabulary, { used, reserved, bounds }), {
    ...{ steps: 4, levels: 4, fanOuts: 1, network: 2, gates: 1, furtherPhases: 1 },
    // What is left of the steps, for it is less than what one fan-out may lead to.
    instancesAtMost: 24,
    costly: ['catalog:http_request'],
    planned: { plannerCalls: 2, tokens: 900, costUsd: 0.5 },
    furtherCostUsdAtMost: 1.5,
  })
})

test('what nothing bounds is not estimated, and a plan without further phases costs no more planning', () => {
  const plan = { steps: [step('each', 'fan_out', { config: { handler: 'transform' } })], withheld: [] }
  const open = estimateOf(plan, vocabulary, { used, reserved: NOTHING_USED, bounds: {} })
  assert.equal([open.instancesAtMost, open.furtherCostUsdAtMost, open.network], [null, 0, 0])
  const phase = { steps: [step('more', 'plan', { type: 'planning' })], withheld: [] }
  assert.is(estimateOf(phase, vocabulary, { used, reserved: NOTHING_USED, bounds: {} }).furtherCostUsdAtMost, null)
  const nothing = estimateOf({ steps: [], withheld: [] }, vocabulary, { used, reserved: NOTHING_USED, bounds: {} })
  assert.equal([nothing.steps, nothing.levels, nothing.costly], [0, 0, []])
})

test.run()
