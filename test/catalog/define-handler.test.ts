import * as t from 'io-ts'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { defineHandler, HandlerInvalid } from '../../catalog/define-handler.js'
import { closed } from '../../src/core/closed.js'
import type { JsonObject } from '../../src/core/json.js'
import { outcome, specialOutcomeOf } from '../../src/ports/handler.js'
import { contextOf, failureOf } from './run-handler.js'

const call = (config: JsonObject = {}, inputs: JsonObject = {}) => ({
  config,
  inputs,
  context: contextOf(),
  method: 'call',
})

test('a name and a function are a handler, which takes and promises anything', async () => {
  const handler = defineHandler({ name: 'Orders::Ship', run: ({ config }) => ({ shipped: config.order ?? null }) })
  assert.equal(await handler.run(call({ order: 7 })), { shipped: 7 })
  const { capability } = handler
  assert.equal([capability.configSchema, capability.inputs, capability.output], [{ type: 'object' }, {}, {}])
  assert.equal(capability.stepTypes, ['standard', 'decision', 'deferred_convergence', 'batchable', 'batch_worker'])
})

test('codecs give the types of the configuration, the inputs and the result', async () => {
  const handler = defineHandler({
    name: 'add',
    config: closed({ by: t.number }),
    inputs: closed({ to: t.number }),
    output: closed({ sum: t.number }),
    run: ({ config, inputs }) => ({ sum: config.by + inputs.to }),
  })
  assert.equal(await handler.run(call({ by: 1 }, { to: 2 })), { sum: 3 })
  const failure = await failureOf(handler.run(call({ by: 1 }, { too: 2 })))
  assert.equal([failure.code, failure.retryable], ['invalid_inputs', false])
  assert.match(failure.message, 'too: unknown key')
  assert.equal(handler.capability.inputs, {
    type: 'object',
    properties: { to: { type: 'number' } },
    required: ['to'],
    additionalProperties: false,
  })
})

test('what a handler returns is what the log will read back', async () => {
  const returning = async (result: unknown) => defineHandler({ name: 'any', run: () => result }).run(call())
  assert.is(await returning(undefined), null)
  assert.is(await returning(0), 0)
  assert.equal(await returning({ at: new Date(0), none: undefined, list: [Number.NaN] }), {
    at: '1970-01-01T00:00:00.000Z',
    list: [null],
  })
  const plain = { a: [1, { b: 'c' }] }
  assert.is(await returning(plain), plain)
  assert.is((await failureOf(returning({ big: 1n }))).code, 'result_not_json')
  const circle: { self?: unknown } = {}
  circle.self = circle
  assert.is((await failureOf(returning(circle))).code, 'result_not_json')
})

test('a special outcome passes as it is', async () => {
  const handler = defineHandler({
    name: 'choose',
    stepTypes: ['decision'],
    run: () => outcome({ kind: 'decided', create: ['a'], result: { value: null } }),
  })
  assert.equal(specialOutcomeOf(await handler.run(call())), { kind: 'decided', create: ['a'], result: { value: null } })
})

const problemsOf = (definition: unknown): ReadonlyArray<string> => {
  try {
    defineHandler(definition as Parameters<typeof defineHandler>[0])
    return []
  } catch (error) {
    if (!(error instanceof HandlerInvalid)) throw error
    assert.is(error.code, 'handler_invalid')
    return error.problems
  }
}

test('a definition that cannot stand is refused with all that is wrong with it', () => {
  assert.equal(problemsOf(undefined).length, 1)
  assert.equal(problemsOf({}).length, 2)
  const run = () => null
  assert.match(problemsOf({ name: 'a b', run })[0] ?? '', 'neither spaces')
  assert.match(problemsOf({ name: 'a', run, confg: 1 })[0] ?? '', '"confg" is no key of a definition')
  assert.match(problemsOf({ name: 'a', run, config: { a: 1 } })[0] ?? '', '`config` must be an io-ts codec')
  assert.match(problemsOf({ name: 'a', run, stepTypes: ['job'] })[0] ?? '', '`stepTypes` must be a list of standard')
  assert.match(problemsOf({ name: 'a', run, errors: [{ code: 'x' }] })[0] ?? '', '{code, retryable, when}')
  assert.match(problemsOf({ name: 'a', run, config: closed({ a: t.Integer }) })[0] ?? '', 'has no JSON Schema')
})

test('a field that names no key of the configuration would protect nothing, and is refused', () => {
  const run = () => null
  const config = closed({ url: t.string })
  assert.equal(problemsOf({ name: 'a', run, config, fields: { urls: ['url'] } }), [])
  assert.match(
    problemsOf({ name: 'a', run, config, fields: { urls: ['uri'] } })[0] ?? '',
    'the configuration has no "uri"',
  )
  assert.match(problemsOf({ name: 'a', run, config, fields: { url: ['url'] } })[0] ?? '', '`fields.url` is unknown')
})

test.run()
