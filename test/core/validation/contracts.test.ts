import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { JsonObject } from '../../../src/core/json.js'
import {
  convergenceStep,
  FRAME,
  findingsFor,
  fragmentOf,
  frameStep,
  judge,
  planningStep,
  request,
  step,
  told,
} from './proposals.js'

const validate = (inputs: JsonObject, ...dependencies: ReadonlyArray<string>) => ({
  name: 'judge_all',
  handler: 'validate',
  config: { schema: { type: 'object' } },
  inputs,
  dependencies,
})

test('inputs are those that the handler’s contract names', () => {
  assert.equal(findingsFor([validate({ records: '${steps.check.result.valid}' }, 'check')]), [])
  assert.equal(findingsFor([validate({ rows: '${steps.check.result.valid}' }, 'check')]), [
    'contract_mismatch steps.0.inputs.records',
    'contract_mismatch steps.0.inputs.rows',
  ])
  assert.equal(findingsFor([validate({})]), ['contract_mismatch steps.0.inputs.records'])
})

test('an input has the kind that the contract asks for, as far as anybody can tell', () => {
  const place = 'contract_mismatch steps.0.inputs.records'
  assert.equal(findingsFor([validate({ records: '${steps.check.result.count}' }, 'check')]), [place])
  assert.equal(findingsFor([validate({ records: 'all of ${steps.check.result.valid}' }, 'check')]), [place])
  assert.equal(findingsFor([validate({ records: { a: 1 } })]), [place])
  assert.equal(findingsFor([validate({ records: [1, 2] })]), [])
  assert.equal(findingsFor([validate({ records: '${steps.check.result.valid[*].a}' }, 'check')]), [])
  assert.equal(findingsFor([validate({ records: '${task.context.rows}' })]), [])
  assert.equal(findingsFor([validate({ records: [], label: 'n: ${steps.check.result.count}' }, 'check')]), [])
})

test('a field of a configuration is held to what its reference reads, too, and both ends are named', () => {
  const dependencies = ['check']
  const judged = (config: JsonObject) => judge(fragmentOf([request('a', config, { dependencies })]))
  assert.equal(told(judged({ timeout_seconds: '${steps.check.result.count}' })), [])
  const [found] = judged({ headers: '${steps.check.result.count}' }).findings
  assert.equal(
    [found?.code, found?.path, found?.producer, found?.consumer, found?.takes, found?.gives],
    ['contract_mismatch', 'steps.0.config.headers', 'catalog:validate', 'catalog:http_request', 'object', 'number'],
  )
  assert.match(
    found?.message ?? '',
    'catalog:http_request takes object here, and ${steps.check.result.count} (a result of catalog:validate) is number',
  )
  // A text that holds more than a reference is a text.
  assert.equal(told(judged({ timeout_seconds: '1${steps.check.result.count}' })), [
    'contract_mismatch steps.0.config.timeout_seconds',
  ])
  assert.equal(told(judged({ method: '${steps.check.result.valid}' })), ['contract_mismatch steps.0.config.method'])
})

test('a projection reads what the elements have', () => {
  const read = (path: string) => findingsFor([validate({ records: `\${steps.check.result.${path}}` }, 'check')])
  assert.equal(read('valid[*].a'), [])
  assert.equal(read('count[*]'), ['contract_mismatch steps.0.inputs.records'])
  assert.equal(read('valid[*].a | [0]'), [])
})

test('a reference to what a result cannot hold is a mismatch, wherever it stands', () => {
  const read = (path: string) => [request('a', { body: `\${steps.check.result.${path}}` }, { dependencies: ['check'] })]
  assert.equal(findingsFor(read('valid[0].anything')), [])
  assert.equal(findingsFor(read('vaild')), ['contract_mismatch steps.0.config.body'])
  assert.equal(findingsFor(read('count.total')), ['contract_mismatch steps.0.config.body'])
  assert.equal(findingsFor(read('valid.first')), ['contract_mismatch steps.0.config.body'])
})

test('a reference to the input of the task is held to what the template says of it', () => {
  const properties = { rows: { type: 'array' }, limit: { type: 'integer' } }
  const read = (path: string, schema: JsonObject) =>
    findingsFor([validate({ records: `\${task.context.${path}}` })], { frame: { ...FRAME, inputSchema: schema } })
  const place = 'contract_mismatch steps.0.inputs.records'
  const [opened, closed] = [
    { type: 'object', properties },
    { type: 'object', properties, additionalProperties: false },
  ]
  assert.equal(read('rows', closed), [])
  assert.equal(read('limit', opened), [place])
  assert.equal(read('rwos', opened), [])
  assert.equal(read('rwos', closed), [place])
  const [found] = judge(fragmentOf([validate({ records: '${task.context.rwos}' })]), {
    frame: { ...FRAME, inputSchema: closed },
  }).findings
  assert.match(found?.message ?? '', `the task's input (input_schema) has nothing at "rwos"`)
})

test('a result that promises nothing refuses nothing', () => {
  const steps = [step('a'), request('b', { body: '${steps.a.result.x.y[0]}' }, { dependencies: ['a'] })]
  assert.equal(findingsFor(steps), [])
})

test('results of the template’s steps are known by their handlers', () => {
  const frame = {
    ...FRAME,
    steps: [
      frameStep('own', [], { handler: 'Orders::Ship' }),
      frameStep('fetch', [], { handler: 'catalog:http_request' }),
      planningStep('plan', ['own', 'fetch']),
      convergenceStep('merge', ['plan']),
    ],
  }
  const read = (text: string) => [request('a', { body: text }, { dependencies: ['own', 'fetch'] })]
  assert.equal(findingsFor(read('${steps.own.result.anything} ${steps.fetch.result.body.x}'), { frame }), [])
  assert.equal(findingsFor(read('${steps.fetch.result.bdy}'), { frame }), ['contract_mismatch steps.0.config.body'])
})

test('what a fan-out gives its instances is held to the contract of what they run', () => {
  const each = (handler_inputs: JsonObject) =>
    step('each', {
      handler: 'fan_out',
      config: { items: [1], handler: 'validate', handler_config: { schema: {} }, handler_inputs },
    })
  assert.equal(findingsFor([each({ records: '${item.rows}' })]), [])
  assert.equal(findingsFor([each({ rows: '${item.rows}' })]), [
    'contract_mismatch steps.0.config.handler_inputs.records',
    'contract_mismatch steps.0.config.handler_inputs.rows',
  ])
  assert.equal(findingsFor([each({ records: '${steps.check.result.valid}' })]), [
    'dangling_reference steps.0.config.handler_inputs.records',
  ])
  assert.equal(findingsFor([each({ records: [], label: '${secrets.API_KEY}' })]), [
    'secret_not_allowed steps.0.config.handler_inputs.label',
  ])
})

test.run()
