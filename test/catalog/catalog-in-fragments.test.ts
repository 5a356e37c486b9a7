import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createCatalog } from '../../catalog/catalog.js'
import { vocabularyOf } from '../../catalog/vocabulary.js'
import { NOTHING_USED } from '../../src/core/bounds.js'
import type { JsonObject } from '../../src/core/json.js'
import { validateFragment } from '../../src/core/validation/validate-fragment.js'
import { BOUNDS, FRAME } from '../core/validation/proposals.js'

const VOCABULARY = vocabularyOf(createCatalog().handlers)

const problemsOf = (steps: ReadonlyArray<JsonObject>): ReadonlyArray<string> => {
  const fragment = {
    fragment_version: '1.0',
    planning_context: { goal: 'try the catalog', reasoning: 'a step of each kind' },
    steps: steps as JsonObject[],
    convergence: 'merge',
  }
  const { findings } = validateFragment(fragment, FRAME, VOCABULARY, BOUNDS, NOTHING_USED)
  return findings.map(({ code, path, message }) => `${code} ${path}: ${message}`)
}

const each = {
  name: 'ask_each',
  handler: 'fan_out',
  dependencies: ['countries'],
  config: {
    items: '${steps.countries.result}',
    handler: 'http_request',
    max_concurrency: 8,
    handler_config: {
      url: 'https://api.example.com/countries/${item}',
      headers: { authorization: 'Bearer ${secrets.API_KEY}' },
      expected_status: [200, 404],
    },
  },
}

test('a fragment that uses the catalog as its summaries say is valid', () => {
  const problems = problemsOf([
    {
      name: 'judge',
      handler: 'validate',
      dependencies: ['load'],
      config: {
        items: '${steps.load.result.body}',
        schema: { type: 'object', required: ['country'], properties: { country: { type: 'string' } } },
        mode: 'partition',
      },
    },
    {
      name: 'countries',
      handler: 'transform',
      dependencies: ['judge'],
      config: { input: '${steps.judge.result.valid}', expression: 'group_by(@, &country) | keys(@)' },
    },
    each,
    {
      name: 'found',
      handler: 'aggregate',
      step_type: 'deferred_convergence',
      tolerate_failures: true,
      dependencies: ['ask_each'],
      config: { operation: 'collect', value: 'body', where: 'status == `200`', max_failure_ratio: 0.2 },
    },
    {
      name: 'enriched',
      handler: 'transform',
      dependencies: ['found'],
      inputs: { input: '${steps.judge.result.valid}', with: '${steps.found.result.value}' },
      config: {
        join: { left_key: 'country', right_key: 'name', as: 'place', unmatched: 'drop' },
        each: true,
        mapping: { region: 'place.region', year: 'year', life: 'life_expect', people: 'pop' },
      },
    },
    {
      name: 'by_region',
      handler: 'catalog:aggregate',
      dependencies: ['enriched'],
      config: {
        items: '${steps.enriched.result}',
        group_by: { region: 'region', year: 'year' },
        measures: { life: { operation: 'avg', value: 'life', weight: 'people' } },
      },
    },
    {
      name: 'enough',
      handler: 'decide',
      step_type: 'decision',
      dependencies: ['by_region', 'found'],
      config: {
        input: '${steps.found.result.counts}',
        rules: [{ name: 'some failed', when: 'failed > `0`', create: ['review'] }],
        default: ['again'],
      },
    },
    {
      name: 'review',
      handler: 'gate',
      step_type: 'gate',
      dependencies: ['enough'],
      config: { question: 'Without ${steps.found.result.counts.failed}?', context: '${steps.found.result.failures}' },
    },
    {
      name: 'again',
      handler: 'plan',
      step_type: 'planning',
      dependencies: ['enough'],
      config: { goal: 'look closer' },
    },
  ])
  assert.equal(problems, [])
})

test('a fan-out takes the inputs of its instances as it takes their configuration', () => {
  const config = {
    items: '${steps.load.result.body}',
    handler: 'transform',
    handler_config: { expression: 'length(@)' },
    handler_inputs: { input: '${item.rows}' },
  }
  assert.equal(problemsOf([{ name: 'each', handler: 'fan_out', dependencies: ['load'], config }]), [])
})

test('what a handler does not take is found before it runs', () => {
  const problems = problemsOf([
    { name: 'a', handler: 'http_request', config: { url: 'https://evil.example.com/', methd: 'GET' } },
    { name: 'b', handler: 'transform', config: { input: '${secrets.API_KEY}', expression: 'a.b-c' } },
    { name: 'c', handler: 'validate', config: { items: [], schema: { pattern: '(?=x)' } } },
    { name: 'd', handler: 'aggregate', config: { operation: 'median' }, inputs: { rows: [1] } },
    { name: 'e', handler: 'fan_out', config: { items: [1], handler: 'gate', handler_config: {} } },
  ])
  const codes = problems.map((problem) => problem.split(':')[0])
  for (const expected of [
    'host_not_allowed steps.0.config.url',
    'invalid_config steps.0.config.methd',
    'secret_not_allowed steps.1.config.input',
    'expression_not_allowed steps.1.config.expression',
    'expression_not_allowed steps.2.config.schema',
    'invalid_config steps.3.config.operation',
    'contract_mismatch steps.3.inputs.rows',
    'invalid_config steps.4.config.handler',
  ]) {
    assert.ok(codes.includes(expected), `${expected} in ${codes.join(', ')}`)
  }
})

test.run()
