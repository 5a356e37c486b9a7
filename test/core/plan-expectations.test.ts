import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type PlanExpectations, unmetBy } from '../../src/core/plan-expectations.js'
import type { StepDefinition } from '../../src/core/step.js'

const step = (name: string, handler: string, ...dependencies: ReadonlyArray<string>): StepDefinition => ({
  ...{ name, handler: `catalog:${handler}`, type: 'standard', dependencies },
})

const steps: ReadonlyArray<StepDefinition> = [
  { ...step('ask', 'fan_out'), config: { handler: 'http_request', items: '${task.context.ids}' } },
  step('aside', 'transform'),
  step('check', 'validate', 'ask'),
  { ...step('sum', 'aggregate', 'check', 'aside'), type: 'deferred_convergence' },
]

const unmet = (expected: PlanExpectations) => unmetBy({ steps, withheld: [step('later', 'plan', 'sum')] }, expected)

test('a plan that has everything lacks nothing', () => {
  const expected: PlanExpectations = {
    uses: ['fan_out', 'http_request', 'aggregate', 'plan'],
    avoids: ['persist'],
    step_types: ['deferred_convergence'],
    in_order: [
      ['fan_out', 'validate', 'aggregate', 'plan'],
      ['fan_out', 'aggregate'],
      ['transform', 'aggregate'],
    ],
    references: ['task.context'],
    ...{ at_most_steps: 5, at_least_steps: 5, at_least_parallel: 2 },
  }
  assert.equal(unmet(expected), [])
  assert.equal(unmet({}), [])
})

test('what is missing is told, each in a few words', () => {
  const expected: PlanExpectations = {
    uses: ['notify'],
    avoids: ['transform'],
    step_types: ['gate'],
    in_order: [
      ['transform', 'validate'],
      ['aggregate', 'validate'],
    ],
    references: ['steps.load'],
    ...{ at_most_steps: 4, at_least_steps: 6, at_least_parallel: 3 },
  }
  assert.equal(unmet(expected), [
    'does not use notify',
    'uses transform',
    'has no gate step',
    'transform does not lead to validate',
    'aggregate does not lead to validate',
    'does not refer to steps.load',
    'has 5 steps, more than 4',
    'has 5 steps, fewer than 6',
    'has 2 steps side by side, fewer than 3',
  ])
})

test('a plan without steps uses nothing and is as wide as nothing', () => {
  const empty = unmetBy({ steps: [], withheld: [] }, { uses: ['plan'], at_least_parallel: 1, in_order: [['plan']] })
  assert.is(empty.length, 3)
})

test.run()
