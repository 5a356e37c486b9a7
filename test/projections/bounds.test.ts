import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { bounds } from '../../projections/bounds/bounds.js'
import { NOTHING_USED } from '../../src/core/bounds.js'
import { given } from '../support/given.js'
import { happened, rowsOf, storedAs } from '../support/projected-rows.js'
import { templateWith } from '../support/small-engine.js'

const test = suite('bounds')

const template = {
  ...templateWith({ plan: { type: 'planning', bounds: { max_steps: 5 } }, a: [] }),
  bounds: { max_steps: 20, max_planner_calls: 4 },
}

const requested = happened('plan-requested', {
  step: 'plan',
  attempt: 1,
  call: 1,
  revision: 0,
  provider: 'recorded',
  model: 'm',
  prompt: { value: 'p' },
  contextDigest: 'c',
  vocabulary: 'v',
  boundsLeft: {},
  reserves: { ...NOTHING_USED, plannerCalls: 1, tokens: 900, costUsd: 0.5 },
})

const failed = happened('plan-failed', {
  step: 'plan',
  attempt: 1,
  call: 1,
  code: 'overloaded',
  message: 'later',
  retryable: true,
  spent: { ...NOTHING_USED, plannerCalls: 1, tokens: 300, costUsd: 0.25 },
})

test('the task and each of its phases have what is stated and what is used', async () => {
  const rows = await rowsOf(bounds, storedAs(given(template).events))
  assert.equal(
    rows.map(({ phase, limits, used_steps, used_phases }) => [phase, limits, used_steps, used_phases]),
    [
      ['', { max_steps: 20, max_planner_calls: 4 }, 2, 1],
      ['plan', { max_steps: 5 }, 0, 0],
    ],
  )
})

test('what is promised to a call is reserved until its answer says what it used', async () => {
  const { events } = given(template)
  const [asked] = await rowsOf(bounds, storedAs([...events, requested]))
  assert.equal([asked?.reserved_tokens, asked?.used_tokens, asked?.reserved_cost_usd], [900, 0, 0.5])
  const answered = await rowsOf(bounds, storedAs([...events, requested, failed]))
  assert.equal(
    answered.map((row) => [row.phase, row.reserved_tokens, row.used_tokens, row.used_planner_calls, row.used_cost_usd]),
    [
      ['', 0, 300, 1, 0.25],
      ['plan', 0, 300, 1, 0.25],
    ],
  )
})

test('bounds that were raised are the bounds', async () => {
  const raised = happened('bounds-raised', { bounds: { max_steps: 40 }, reason: null })
  const [row] = await rowsOf(bounds, storedAs([...given(template).events, raised]))
  assert.equal(row?.limits, { max_steps: 40, max_planner_calls: 4 })
})

test.run()
