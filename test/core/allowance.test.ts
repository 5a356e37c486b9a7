import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { covers, left, narrow } from '../../src/core/allowance.js'
import { NOTHING_USED } from '../../src/core/bounds.js'

test('of two bounds the smaller applies, and one that only one of them states', () => {
  assert.equal(narrow({ max_steps: 5, max_depth: 3 }, { max_steps: 7, max_cost_usd: 0.5 }), {
    max_steps: 5,
    max_depth: 3,
    max_cost_usd: 0.5,
  })
})

test('what both lists allow is allowed, and what either requires is required', () => {
  const narrowed = narrow(
    { allowed_hosts: ['a', 'b'], required_convergence: ['x'], allowed_handlers: ['p'] },
    { allowed_hosts: ['b', 'c'], required_convergence: ['y', 'x'] },
  )
  assert.equal(narrowed, { allowed_hosts: ['b'], required_convergence: ['x', 'y'], allowed_handlers: ['p'] })
  assert.equal(narrow({ allowed_secrets: ['a'] }, { allowed_secrets: [] }).allowed_secrets, [])
})

test('entries that mean the same are the same, as the first list writes them', () => {
  const narrowed = narrow(
    { allowed_handlers: ['catalog:wait', 'persist'], allowed_hosts: ['API.example.com'], allowed_secrets: ['KEY'] },
    { allowed_handlers: ['wait', 'catalog:persist'], allowed_hosts: ['api.example.com'], allowed_secrets: ['key'] },
  )
  assert.equal(narrowed, {
    allowed_handlers: ['catalog:wait', 'persist'],
    allowed_hosts: ['API.example.com'],
    allowed_secrets: [],
  })
})

test('what is used is taken from what is allowed, never below nothing', () => {
  const used = { steps: 4, phases: 9, plannerCalls: 1, tokens: 10, costUsd: 0.1 }
  assert.equal(left({ max_steps: 10, max_phases: 2, max_planner_calls: 3, max_cost_usd: 0.25, max_depth: 4 }, used), {
    max_steps: 6,
    max_phases: 0,
    max_planner_calls: 2,
    max_cost_usd: 0.15,
    max_depth: 4,
  })
  assert.is(left({ max_cost_usd: 0.3 }, { ...NOTHING_USED, costUsd: 0.1 + 0.2 }).max_cost_usd, 0)
})

test('a use that passes a bound is told with what is left and what it asks', () => {
  const asks = { steps: 3, phases: 1, plannerCalls: 1, tokens: 500, costUsd: 0.3 }
  assert.equal(covers({ max_steps: 3, max_tokens: 499, max_phases: 0 }, asks), [
    { bound: 'max_phases', limit: 0, value: 1 },
    { bound: 'max_tokens', limit: 499, value: 500 },
  ])
  assert.equal(covers({ max_cost_usd: 0.1 + 0.2, max_planner_calls: 1 }, asks), [])
  assert.equal(covers({ max_cost_usd: 0.3 - 1e-12 }, asks), [])
  assert.equal(covers({}, asks), [])
})

test('what is used up does not stand in the way of what does not ask for it', () => {
  assert.equal(covers({ max_steps: 0, max_phases: 0, max_cost_usd: 0 }, NOTHING_USED), [])
})

test.run()
