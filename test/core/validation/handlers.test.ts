import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { JsonObject } from '../../../src/core/json.js'
import { BOUNDS, findingsFor, fragmentOf, judge, step } from './proposals.js'

const each = (handler: string, config: JsonObject = {}) =>
  step('each', { handler: 'fan_out', config: { items: [1, 2], handler, handler_config: config } })

test('a handler that nobody defines is unknown, with the ones that there are', () => {
  assert.equal(findingsFor([step('a', { handler: 'shell' }), step('b', { handler: 'catalog:exec' })]), [
    'unknown_handler steps.0.handler',
    'unknown_handler steps.1.handler',
  ])
  const [finding] = judge(fragmentOf([step('a', { handler: 'http_requst' })])).findings
  assert.match(finding?.message ?? '', /did you mean "http_request"/)
  assert.match(finding?.message ?? '', /catalog:aggregate/)
  assert.is(finding?.handler, 'http_requst')
})

test('a handler is unknown too where a fan-out names it', () => {
  assert.equal(findingsFor([each('shell')]), ['unknown_handler steps.0.config.handler'])
  assert.equal(findingsFor([each('${task.context.handler}')]), ['unknown_handler steps.0.config.handler'])
})

test('without a list all of the catalog is allowed and nothing else', () => {
  assert.equal(findingsFor([step('a', { handler: 'Orders::Ship', config: {} })]), ['forbidden_handler steps.0.handler'])
  assert.equal(findingsFor([each('Orders::Ship')]), ['forbidden_handler steps.0.config.handler'])
})

test('a list allows what it holds, however it writes it, and nothing else', () => {
  const bounds = { ...BOUNDS, allowed_handlers: ['catalog:persist', 'fan_out', 'Orders::Ship'] }
  assert.equal(
    findingsFor([step('a'), step('b', { handler: 'Orders::Ship' }), each('persist', { table: 't' })], { bounds }),
    [],
  )
  const wait = { name: 'c', handler: 'wait', config: { seconds: 1 } }
  assert.equal(findingsFor([wait, each('wait')], { bounds }), [
    'forbidden_handler steps.0.handler',
    'forbidden_handler steps.1.config.handler',
  ])
  assert.equal(findingsFor([step('a')], { bounds: { ...bounds, allowed_handlers: [] } }), [
    'forbidden_handler steps.0.handler',
  ])
})

test('a fragment may forbid itself handlers', () => {
  const fragment = fragmentOf([step('a')], { resource_bounds: { allowed_handlers: ['wait'] } })
  assert.is(judge(fragment).findings[0]?.code, 'forbidden_handler')
})

test.run()
