import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createCatalog } from '../../../catalog/catalog.js'
import { vocabularyOf } from '../../../catalog/vocabulary.js'
import type { Frame } from '../../../src/core/frame.js'
import { BOUNDS, convergenceStep, findingsFor, fragmentOf, judge, planningStep } from './proposals.js'

const vocabulary = vocabularyOf(createCatalog().handlers)
const frame: Frame = { planningStep: 'plan', steps: [planningStep('plan'), convergenceStep('merge', ['plan'])] }
const circumstances = { vocabulary, frame, bounds: BOUNDS }

const STEPS = [
  {
    name: 'fetch',
    handler: 'http_request',
    config: {
      url: 'https://api.example.com/orders?day=${task.context.day}',
      headers: { authorization: 'Bearer ${secrets.API_KEY}' },
    },
  },
  {
    name: 'check',
    handler: 'validate',
    dependencies: ['fetch'],
    config: {
      schema: { type: 'object', required: ['id'], properties: { id: { type: 'string', pattern: '^[a-z0-9]+$' } } },
      mode: 'partition',
    },
    inputs: { items: '${steps.fetch.result.body.orders}' },
  },
  {
    name: 'shape',
    handler: 'transform',
    dependencies: ['check'],
    config: { input: '${steps.check.result.valid}', mapping: { ids: '[].id' } },
  },
  {
    name: 'enrich',
    handler: 'fan_out',
    dependencies: ['shape'],
    config: {
      items: '${steps.shape.result.ids}',
      max_concurrency: 5,
      handler: 'http_request',
      handler_config: { url: 'https://api.example.com/orders/${item}', expected_status: [200, 404] },
    },
  },
  {
    name: 'gather',
    handler: 'aggregate',
    step_type: 'deferred_convergence',
    tolerate_failures: true,
    dependencies: ['enrich'],
    config: { operation: 'collect', where: 'status == `200`', max_failure_ratio: 0.5 },
  },
  {
    name: 'choose',
    handler: 'decide',
    dependencies: ['gather'],
    config: {
      input: '${steps.gather.result.value}',
      rules: [{ when: 'length(@) > `10`', create: ['ask'] }],
      default: ['think'],
    },
  },
  {
    name: 'ask',
    handler: 'gate',
    dependencies: ['choose'],
    config: { question: 'So many?', groups: ['reviewers'], timeout_seconds: 3600 },
  },
  {
    name: 'think',
    handler: 'plan',
    dependencies: ['choose'],
    config: { goal: 'Report the orders.', max_revisions: 1 },
    bounds: { max_steps: 10 },
  },
]

test('a fragment of all handlers of the catalog is accepted', () => {
  const { findings, plan } = judge(fragmentOf(STEPS), circumstances)
  assert.equal(findings, [])
  assert.equal(
    plan?.steps.map(({ name, type }) => `${name} ${type}`),
    [
      'plan/fetch standard',
      'plan/check standard',
      'plan/shape standard',
      'plan/enrich standard',
      'plan/gather deferred_convergence',
      'plan/choose decision',
    ],
  )
  assert.equal(plan?.terminals, ['plan/ask', 'plan/think'])
})

test('what is wrong with a configuration of the catalog is told at its place', () => {
  const steps = [
    { name: 'a', handler: 'http_request', config: { url: 'https://api.example.com/', body: 'x', json: {} } },
    { name: 'b', handler: 'transform', config: { input: [], mapping: { total: 'a.total-b' } } },
    { name: 'c', handler: 'validate', config: { schema: { pattern: '(?<=a)b' } } },
    { name: 'd', handler: 'aggregate', config: { operation: 'median' } },
    {
      name: 'e',
      handler: 'fan_out',
      config: { items: [1], handler: 'http_request', handler_config: { url: 'http://${item}/' } },
    },
    { name: 'f', handler: 'gate', config: { question: 'Well?', on_timeout: 'approve' } },
    { name: 'g', handler: 'decide', config: { rules: [{ when: '@', create: ['nobody'] }] } },
  ]
  assert.equal(findingsFor(steps, circumstances), [
    'invalid_config steps.0.config.json',
    'expression_not_allowed steps.1.config.mapping.total',
    'expression_not_allowed steps.2.config.schema',
    'invalid_config steps.3.config.operation',
    'host_not_allowed steps.4.config.handler_config.url',
    'invalid_config steps.5.config.timeout_seconds',
    'unreachable_step steps.6.config.rules.0.create.0',
  ])
})

test('a phase inside is shown results of steps that come before it, and of no others', () => {
  const inner = (...context_from: ReadonlyArray<string>) => ({
    name: 'more',
    handler: 'plan',
    dependencies: ['look'],
    config: { goal: 'more', context_from },
  })
  const wait = (name: string) => ({ name, handler: 'wait', config: { seconds: 1 } })
  const faults = (...names: ReadonlyArray<string>) =>
    findingsFor([wait('look'), wait('aside'), inner(...names)], circumstances)
  assert.equal(faults('look'), [])
  assert.equal(
    faults('luck', 'look', 'aside', 'merge', 'more'),
    [0, 2, 3, 4].map((at) => `dangling_reference steps.2.config.context_from.${at}`),
  )
})

test.run()
