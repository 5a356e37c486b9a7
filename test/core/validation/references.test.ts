import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { JsonObject } from '../../../src/core/json.js'
import { findingsFor, request, step } from './proposals.js'

const reading = (text: string, ...dependencies: ReadonlyArray<string>) =>
  request('read', { body: { note: text } }, { dependencies })
const PLACE = 'dangling_reference steps.0.config.body.note'

test('a result may be read of a dependency, direct or through others, and of none else', () => {
  assert.equal(findingsFor([reading('${steps.check.result}', 'check')]), [])
  assert.equal(findingsFor([reading('${steps.load.result.body.x}', 'check')]), [])
  assert.equal(findingsFor([reading('${steps.load.result}', 'b'), step('b', { dependencies: ['check'] })]), [])
  assert.equal(findingsFor([reading('${steps.c.result}', 'b'), step('b', { dependencies: ['c'] }), step('c')]), [])
  assert.equal(findingsFor([reading('${steps.load.result}')]), [PLACE])
  assert.equal(findingsFor([reading('${steps.check.result}', 'load')]), [PLACE])
  assert.equal(findingsFor([reading('${steps.c.result}', 'b'), step('b'), step('c')]), [PLACE])
})

test('a reference to nothing, to itself, to what comes later or beside is dangling', () => {
  for (const name of ['ghost', 'read', 'plan', 'side', 'merge', 'report', 'later', 'plan/ghost', 'check[0]']) {
    const found = findingsFor([reading(`\${steps.${name}.result}`, 'check'), step('later', { dependencies: ['read'] })])
    assert.equal(found, [PLACE], name)
  }
})

test('names may be written in full', () => {
  assert.equal(findingsFor([reading('${steps.plan/b.result.x}', 'b'), step('b')]), [])
})

test('every other ${…} is dangling, and every one in a text is told once', () => {
  for (const text of [
    '${foo}',
    '${steps.check}',
    '${task.input.x}',
    '${env.HOME}',
    '${steps.check.result',
    '${item.}',
    '${}',
    '${ item }',
  ]) {
    assert.equal(findingsFor([reading(text, 'check')]), [PLACE], text)
  }
  assert.equal(findingsFor([reading('${foo} ${bar} ${steps.ghost.result}')]), [PLACE, PLACE, PLACE])
  assert.equal(findingsFor([reading('$${foo} costs $5 {x}')]), [])
})

test('an item is known only where a fan-out runs something, and to batch workers', () => {
  assert.equal(findingsFor([reading('${item.x}')]), [PLACE])
  const each = (config: JsonObject) =>
    step('each', {
      handler: 'fan_out',
      config: { items: [1], handler: 'persist', handler_config: { table: 't' }, ...config },
    })
  assert.equal(findingsFor([each({ handler_config: { table: '${item}' } })]), [])
  assert.equal(findingsFor([each({ items: ['${item}'] })]), ['dangling_reference steps.0.config.items.0'])
})

test('what a fan-out runs may read what the fan-out waits for', () => {
  const each = (...dependencies: ReadonlyArray<string>) =>
    step('each', {
      handler: 'fan_out',
      dependencies,
      config: { items: [1], handler: 'persist', handler_config: { table: '${steps.check.result.valid[0].name}' } },
    })
  assert.equal(findingsFor([each('check')]), [])
  assert.equal(findingsFor([each()]), ['dangling_reference steps.0.config.handler_config.table'])
})

test('references stand in inputs as they do in config, and are mere text elsewhere', () => {
  const transform = {
    name: 'a',
    handler: 'transform',
    config: { expression: '@' },
    inputs: { data: '${steps.ghost.result}' },
  }
  assert.equal(findingsFor([transform]), ['dangling_reference steps.0.inputs.data'])
  assert.equal(findingsFor([step('a', { dependencies: ['${steps.load.result}'] })]), [
    'unknown_dependency steps.0.dependencies.0',
  ])
})

test('the context of the task is always known', () => {
  assert.equal(findingsFor([reading('${task.context} ${task.context.a."b}c"} ${task.context[0]}')]), [])
})

test('in a cycle each may read the others, for the cycle is what is wrong', () => {
  const a = request('a', { body: '${steps.b.result}' }, { dependencies: ['b'] })
  const b = request('b', { body: '${steps.c.result}' }, { dependencies: ['a', 'c'] })
  assert.equal(findingsFor([a, b, step('c')]), ['cycle steps.0.dependencies'])
})

test.run()
