import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Frame } from '../../../src/core/frame.js'
import { convergenceStep, findingsFor, fragmentOf, frameStep, judge, planningStep, request, step } from './proposals.js'

const plan = (...args: Parameters<typeof judge>) => {
  const validation = judge(...args)
  assert.equal(validation.findings, [])
  if (validation.plan === undefined) throw new Error('a fragment without findings has a plan')
  return validation.plan
}

test('an accepted fragment comes as steps under materialised names, dependencies first', () => {
  const { steps, withheld, convergence, terminals, takes, graph } = plan(
    fragmentOf([
      step('store', {
        dependencies: ['fetch', 'check'],
        retry: { max_attempts: 5, backoff: 'fibonacci' },
        timeout_seconds: 1.5,
      }),
      request('fetch', { url: 'https://api.example.com/${steps.check.result.count}' }, { dependencies: ['check'] }),
    ]),
  )
  assert.equal(steps, [
    {
      name: 'plan/fetch',
      type: 'standard',
      handler: 'catalog:http_request',
      dependencies: ['check'],
      config: { url: 'https://api.example.com/${steps.check.result.count}' },
    },
    {
      name: 'plan/store',
      type: 'standard',
      handler: 'catalog:persist',
      dependencies: ['plan/fetch', 'check'],
      config: { table: 'results' },
      retry: { maxAttempts: 5, backoff: 'fibonacci' },
      timeoutMs: 1500,
    },
  ])
  assert.equal(withheld, [])
  assert.is(convergence, 'merge')
  assert.equal(terminals, ['plan/store'])
  assert.equal(takes, { steps: 2, phases: 0, plannerCalls: 0, tokens: 0, costUsd: 0 })
  assert.equal(graph, {
    steps: [
      { name: 'plan/fetch', handler: 'catalog:http_request', step_type: 'standard' },
      { name: 'plan/store', handler: 'catalog:persist', step_type: 'standard' },
    ],
    edges: [
      { from: 'check', to: 'plan/fetch' },
      { from: 'plan/fetch', to: 'plan/store' },
      { from: 'check', to: 'plan/store' },
      { from: 'plan/store', to: 'merge' },
    ],
  })
})

test('a fragment without steps is legal and attaches nothing', () => {
  const { convergence: _, ...empty } = fragmentOf([])
  const { steps, convergence, terminals, takes } = plan(empty)
  assert.equal([steps, convergence, terminals, takes.steps], [[], null, [], 0])
  assert.is(plan(fragmentOf([])).convergence, null)
})

test('what decides in a fragment withholds everything below it', () => {
  const { steps, withheld, terminals, takes } = plan(
    fragmentOf([
      step('choose', { handler: 'decide', config: { rules: [{ when: '@', create: ['left'] }], otherwise: ['right'] } }),
      step('left', { dependencies: ['choose'] }),
      step('right', { dependencies: ['choose'] }),
      step('after_left', { dependencies: ['left'] }),
      step('apart'),
      { name: 'think', handler: 'plan', config: { goal: 'more' }, bounds: { max_steps: 5 }, dependencies: ['apart'] },
      step('after_plan', { dependencies: ['think'] }),
    ]),
  )
  assert.equal(
    steps.map(({ name, type }) => `${name} ${type}`),
    ['plan/choose decision', 'plan/apart standard', 'plan/think planning'],
  )
  assert.equal(
    withheld.map(({ name }) => name),
    ['plan/left', 'plan/right', 'plan/after_left', 'plan/after_plan'],
  )
  assert.equal(terminals, ['plan/right', 'plan/after_left', 'plan/after_plan'])
  assert.equal([takes.steps, takes.phases], [7, 1])
})

const NESTED: Frame = {
  planningStep: 'plan/replan',
  steps: [
    frameStep('load'),
    planningStep('plan', ['load']),
    frameStep('plan/fetch', ['load']),
    frameStep('plan/later', ['plan/replan']),
    planningStep('plan/replan', ['plan/fetch']),
    convergenceStep('merge', ['plan', 'plan/later']),
  ],
}

test('a nested fragment sees the enclosing one first, then the template, and may write names in full', () => {
  const { steps } = plan(
    fragmentOf([
      step('short', { dependencies: ['fetch'] }),
      step('full', { dependencies: ['plan/fetch', 'plan/replan/short'] }),
      step('outer', { dependencies: ['load'], config: { table: '${steps.load.result}' } }),
    ]),
    { frame: NESTED },
  )
  assert.equal(
    steps.map(({ name, dependencies }) => [name, dependencies]),
    [
      ['plan/replan/short', ['plan/fetch']],
      ['plan/replan/full', ['plan/fetch', 'plan/replan/short']],
      ['plan/replan/outer', ['load']],
    ],
  )
})

test('the same short name may be used again in a nested fragment, and stands for the nearest', () => {
  const { steps } = plan(fragmentOf([step('fetch'), step('use', { dependencies: ['fetch'] })]), { frame: NESTED })
  assert.equal(steps[1]?.dependencies, ['plan/replan/fetch'])
})

test('a template step before the enclosing planning step precedes the nested one too, by the planning step alone', () => {
  const frame: Frame = {
    planningStep: 'plan/replan',
    steps: [
      frameStep('load'),
      planningStep('plan', ['load']),
      planningStep('plan/replan'),
      convergenceStep('merge', ['plan', 'plan/replan']),
    ],
  }
  assert.equal(findingsFor([step('a', { dependencies: ['load'] })], { frame }), [])
})

test('handlers are named with or without catalog:, and a bare name is the catalog’s', () => {
  assert.equal(findingsFor([step('a', { handler: 'catalog:persist' }), step('b', { handler: 'persist' })]), [])
})

test('batches and convergences inside a fragment are ordinary steps', () => {
  const bounds = { allowed_handlers: ['Orders::Ship', 'aggregate'] }
  const { steps } = plan(
    fragmentOf([
      {
        name: 'split',
        handler: 'Orders::Ship',
        step_type: 'batchable',
        batch_config: { worker_template: 'ship', batch_size: 10 },
      },
      {
        name: 'ship',
        handler: 'Orders::Ship',
        step_type: 'batch_worker',
        dependencies: ['split'],
        config: { order: '${item}' },
      },
      {
        name: 'sum',
        handler: 'aggregate',
        step_type: 'deferred_convergence',
        dependencies: ['ship'],
        requires: { quorum: 2 },
        on_empty: 'skip',
        tolerate_failures: true,
      },
    ]),
    { bounds },
  )
  assert.equal(steps[0]?.batch, { batchSize: 10, workerTemplate: 'plan/ship' })
  assert.equal([steps[2]?.requires, steps[2]?.onEmpty, steps[2]?.tolerateFailures], [{ quorum: 2 }, 'skip', true])
})

test('what a fan-out runs may name the item, in values of any type and depth', () => {
  const fanOut = (config: object) => [
    step('each', {
      handler: 'fan_out',
      dependencies: ['check'],
      config: { items: '${steps.check.result.valid}', ...config },
    }),
  ]
  const url = 'https://api.example.com/countries/${item.name}'
  assert.equal(
    findingsFor(fanOut({ handler: 'http_request', handler_config: { url, timeout_seconds: '${item.wait}' } })),
    [],
  )
  assert.equal(
    findingsFor(
      fanOut({
        handler: 'fan_out',
        handler_config: {
          items: '${item.cities}',
          handler: 'http_request',
          handler_config: { url, body: { deep: ['${item}'] } },
        },
      }),
    ),
    [],
  )
})

test.run()
