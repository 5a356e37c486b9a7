import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { NOTHING_USED } from '../../src/core/bounds.js'
import { usageText } from '../../src/core/usage-text.js'

test('what was used stands beside what is bound', () => {
  const used = { steps: 47, phases: 3, plannerCalls: 4, tokens: 81_234, costUsd: 2.3 }
  const bounds = { max_steps: 100, max_phases: 5, max_cost_usd: 5 }
  assert.is(
    usageText({ used, reserved: NOTHING_USED, bounds }),
    '47/100 steps, 3/5 phases, 4 planner calls, 81,234 tokens, $2.30/$5.00',
  )
})

test('what is promised to a call or a plan is told beside what was used', () => {
  const used = { ...NOTHING_USED, steps: 2, phases: 1, costUsd: 0.004 }
  const reserved = { ...NOTHING_USED, steps: 8, plannerCalls: 1 }
  assert.is(
    usageText({ used, reserved, bounds: { max_steps: 100, max_planner_calls: 3 } }),
    '2/100 steps (and 8 promised), 1 phases, 0/3 planner calls (and 1 promised), $0.0040',
  )
})

test('of a task in which nothing is planned and nothing bound nothing is told', () => {
  assert.is(usageText({ used: { ...NOTHING_USED, steps: 12 }, reserved: NOTHING_USED, bounds: {} }), '')
})

test.run()
