import * as t from 'io-ts'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Json, JsonObject } from '../../../src/core/json.js'
import { BOUNDS, findingsFor, request, step } from './proposals.js'
import { capability, SMALL_CATALOG } from './small-catalog.js'

test('a configuration is held against its handler’s codec', () => {
  assert.equal(findingsFor([request('a', { method: 'STEAL' })]), ['invalid_config steps.0.config.method'])
  assert.equal(findingsFor([request('a', { retries: 3 })]), ['invalid_config steps.0.config.retries'])
  assert.equal(findingsFor([{ name: 'a', handler: 'http_request' }]), ['invalid_config steps.0.config.url'])
  assert.equal(findingsFor([request('a', { timeout_seconds: 'long', headers: { accept: 1 } })]), [
    'invalid_config steps.0.config.headers.accept',
    'invalid_config steps.0.config.timeout_seconds',
  ])
})

test('a reference may stand for a value of any kind, but not for a key that is missing or unknown', () => {
  const waits = '${steps.check.result.valid[0].anything}'
  const more = { dependencies: ['check'] }
  assert.equal(findingsFor([request('a', { timeout_seconds: waits, headers: waits }, more)]), [])
  assert.equal(findingsFor([{ name: 'a', handler: 'http_request', config: { method: waits }, ...more }]), [
    'invalid_config steps.0.config.url',
  ])
  assert.equal(findingsFor([request('a', { retries: waits }, more)]), ['invalid_config steps.0.config.retries'])
  assert.equal(findingsFor([request('a', { headers: { a: 1, b: waits } }, more)]), [
    'invalid_config steps.0.config.headers.a',
  ])
})

test('an escaped reference is a text like any other', () => {
  assert.equal(findingsFor([request('a', { timeout_seconds: '$${item}' })]), [
    'invalid_config steps.0.config.timeout_seconds',
  ])
})

const each = (config: JsonObject) => step('each', { handler: 'fan_out', config: { items: [1], ...config } })

test('what a fan-out runs is held against its own handler, at any depth', () => {
  assert.equal(findingsFor([each({ handler: 'http_request', handler_config: { method: 'GET' } })]), [
    'invalid_config steps.0.config.handler_config.url',
  ])
  const inner = { items: [1], handler: 'wait', handler_config: { seconds: 0 } }
  assert.equal(findingsFor([each({ handler: 'fan_out', handler_config: inner })]), [
    'invalid_config steps.0.config.handler_config.handler_config.seconds',
  ])
})

test('what a fan-out runs stands there in writing', () => {
  const handler_config: Json = '${task.context.config}'
  assert.equal(findingsFor([each({ handler: 'wait', handler_config })]), [
    'invalid_config steps.0.config.handler_config',
  ])
})

test('a fan-out runs standard steps only', () => {
  for (const [handler, handler_config] of [
    ['gate', { question: 'may I?' }],
    ['plan', { goal: 'more' }],
    ['decide', { rules: [] }],
  ] as const) {
    assert.equal(findingsFor([each({ handler, handler_config })]), ['invalid_config steps.0.config.handler'])
  }
})

test('a step type agrees with the handler', () => {
  const gate = { name: 'a', handler: 'gate', config: { question: 'may I?' } }
  assert.equal(findingsFor([gate]), [])
  assert.equal(findingsFor([{ ...gate, step_type: 'gate' }]), [])
  for (const wrong of [
    { ...gate, step_type: 'standard' },
    step('a', { step_type: 'gate' }),
    step('a', { step_type: 'planning' }),
    { name: 'a', handler: 'plan', config: { goal: 'g' }, step_type: 'decision' },
    { name: 'a', handler: 'decide', config: { rules: [] }, step_type: 'standard' },
  ]) {
    assert.equal(findingsFor([wrong]), ['invalid_config steps.0.step_type'], JSON.stringify(wrong))
  }
})

test('keys of other types of step are told, for they would have no effect', () => {
  const keys = { requires: 'any', tolerate_failures: true, on_empty: 'run', batch_config: {}, bounds: {} }
  assert.equal(findingsFor([step('a', keys)]), [
    'invalid_config steps.0.batch_config',
    'invalid_config steps.0.bounds',
    'invalid_config steps.0.on_empty',
    'invalid_config steps.0.requires',
    'invalid_config steps.0.tolerate_failures',
  ])
})

test('a convergence that waits for nothing is told', () => {
  const sum = { name: 'sum', handler: 'aggregate', step_type: 'deferred_convergence' }
  assert.equal(findingsFor([sum]), ['invalid_config steps.0.dependencies'])
  assert.equal(findingsFor([{ ...sum, dependencies: ['check'] }]), [])
})

test('a batch has a worker that depends on it, and a worker a batch', () => {
  const bounds = { ...BOUNDS, allowed_handlers: ['Orders::Ship', 'persist'] }
  const split = (worker: string) => ({
    name: 'split',
    handler: 'Orders::Ship',
    step_type: 'batchable',
    batch_config: { worker_template: worker },
  })
  const ship = { name: 'ship', handler: 'Orders::Ship', step_type: 'batch_worker', dependencies: ['split'] }
  const place = 'invalid_config steps.0.batch_config.worker_template'
  assert.equal(findingsFor([split('ship'), ship], { bounds }), [])
  assert.equal(findingsFor([split('ghost'), ship], { bounds }), [place])
  assert.equal(findingsFor([split('a'), ship, step('a', { dependencies: ['split'] })], { bounds }), [place])
  assert.equal(findingsFor([split('ship'), { ...ship, dependencies: ['load'] }], { bounds }), [
    place,
    'unreachable_step steps.1',
  ])
})

test('a codec that breaks on what it is given has refused it', () => {
  const broken = new t.Type<JsonObject, JsonObject, unknown>(
    'broken',
    (_): _ is JsonObject => true,
    () => {
      throw new Error('cannot read properties of undefined')
    },
    t.identity,
  )
  const described = { ...capability('Broken', { config: t.UnknownRecord }), config: broken }
  const vocabulary = { ...SMALL_CATALOG, capabilities: new Map([...SMALL_CATALOG.capabilities, ['Broken', described]]) }
  const bounds = { ...BOUNDS, allowed_handlers: ['Broken'] }
  assert.equal(findingsFor([{ name: 'a', handler: 'Broken' }], { vocabulary, bounds }), [
    'invalid_config steps.0.config',
  ])
})

test.run()
