import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineHandler } from '../../../catalog/define-handler.js'
import { vocabularyOf } from '../../../catalog/vocabulary.js'
import { closed } from '../../../src/core/closed.js'
import type { Json, JsonObject } from '../../../src/core/json.js'
import type { StepDefinition } from '../../../src/core/step.js'
import { parseTemplate } from '../../../src/core/template/parse.js'

const test = suite('keys of Tasker Core that say more of a step')

const vocabulary = vocabularyOf([
  defineHandler({ name: 'charge', methods: ['refund'], run: () => null }),
  defineHandler({ name: 'undo', config: closed({}, { payment: t.string }), run: () => null }),
  defineHandler({ name: 'narrow', inputs: closed({ order: t.string }), run: () => null }),
  defineHandler({ name: 'catalog:notify', stepTypes: ['standard'], run: () => null }),
  defineHandler({ name: 'catalog:gate', stepTypes: ['gate'], run: () => null }),
])

const step = (name: string, more: JsonObject = {}): JsonObject => ({ name, handler: { callable: 'charge' }, ...more })

const parse = (steps: ReadonlyArray<Json>, more: JsonObject = {}) =>
  parseTemplate({ name: 'order', steps, ...more }, vocabulary, { digest: 'sha256:0' })

const accepted = (steps: ReadonlyArray<Json>, more: JsonObject = {}): StepDefinition | undefined => {
  const parsed = parse(steps, more)
  if (E.isLeft(parsed)) throw new Error(JSON.stringify(parsed.left))
  return parsed.right.steps[0]
}

const refused = (steps: ReadonlyArray<Json>, more: JsonObject = {}): ReadonlyArray<string> => {
  const parsed = parse(steps, more)
  return E.isLeft(parsed) ? parsed.left.map(({ code, path }) => `${code} ${path}`) : []
}

test('a step says by which handlers it is undone', () => {
  const block = {
    callable: 'undo',
    initialization: { payment: '${steps.a.result.id}' },
    retry: { max_attempts: 5 },
    timeout_seconds: 2,
  }
  const a = accepted([step('a', { on_failure: block, on_cancel: { callable: 'charge', method: 'refund' } })])
  assert.equal(a?.onFailure, {
    handler: 'undo',
    config: { payment: '${steps.a.result.id}' },
    retry: { maxAttempts: 5 },
    timeoutMs: 2000,
  })
  assert.equal(a?.onCancel, { handler: 'charge', method: 'refund' })
})

test('the handler that undoes a step is checked as a step is, at its own place', () => {
  const undoneBy = (block: JsonObject) => refused([step('a', { on_failure: block }), step('b')])
  assert.equal(undoneBy({ callable: 'none' }), ['unknown_handler steps.0.on_failure.callable'])
  assert.equal(undoneBy({ callable: 'catalog:gate' }), ['step_type_mismatch steps.0.on_failure.callable'])
  assert.equal(undoneBy({ callable: 'undo', initialization: { payment: 7 } }), [
    'invalid_config steps.0.on_failure.initialization.payment',
  ])
  assert.equal(undoneBy({ callable: 'undo', initialization: { payment: '${steps.b.result}' } }), [
    'dangling_reference steps.0.on_failure.initialization.payment',
  ])
  assert.equal(undoneBy({ callable: 'charge', method: 'cancel' }), ['unknown_method steps.0.on_failure.method'])
  assert.equal(undoneBy({ callable: 'narrow' }), ['invalid_config steps.0.on_failure.callable'])
  assert.equal(undoneBy({ callable: 'undo', handler: 'x' }), ['schema steps.0.on_failure.handler'])
})

test('an event that a step publishes takes the schema that the template declares for it', () => {
  const schema = { type: 'object', required: ['id'] }
  const publishes_events = [
    { name: 'order.paid', description: 'paid' },
    { name: 'order.paid', condition: 'retryable_failure', schema: {}, delivery_mode: 'fast' },
    'order.seen',
  ]
  const a = accepted([step('a', { publishes_events })], { domain_events: [{ name: 'order.paid', schema }] })
  assert.equal(a?.publishes, [
    { name: 'order.paid', description: 'paid', condition: 'success', schema },
    { name: 'order.paid', condition: 'retryable_failure', schema: {}, deliveryMode: 'fast' },
    { name: 'order.seen', condition: 'success' },
  ])
})

test('events that nobody publishes, that are listed twice, or that promise what cannot be checked are refused', () => {
  const publishes_events = [
    { name: 'a.b', schema: { type: 'nothing' } },
    { name: 'a.b' },
    { name: 'Not good' },
    { name: 'c.d', publisher: 'Mine' },
  ]
  const domain_events = [{ name: 'a.b' }, { name: 'a.b' }, { name: 'x.y', schema: { $ref: 'https://x.test/y' } }]
  assert.equal(refused([step('a', { publishes_events: publishes_events.slice(0, 2) })], { domain_events }), [
    'duplicate_event domain_events.1.name',
    'event_not_published domain_events.2.name',
    'duplicate_event steps.0.publishes_events.1',
    'schema_not_allowed domain_events.2.schema',
    'schema_not_allowed steps.0.publishes_events.0.schema',
  ])
  assert.equal(refused([step('a', { publishes_events: [publishes_events[2] ?? null] })]), [
    'schema steps.0.publishes_events.0',
  ])
  assert.equal(refused([step('a', { publishes_events: [publishes_events[3] ?? null] })]), [
    'not_supported steps.0.publishes_events.0.publisher',
  ])
})

test('a method is one that the handler has', () => {
  const calling = (handler: JsonObject) => [step('a', { handler: { callable: 'charge', ...handler } })]
  assert.is(accepted(calling({ method: 'refund' }))?.method, 'refund')
  assert.is(accepted(calling({ method: 'call', resolver: 'explicit_mapping' }))?.method, 'call')
  assert.equal(refused(calling({ method: 'settle' })), ['unknown_method steps.0.handler.method'])
})

test('what has no meaning here is refused with the reason, wherever it stands', () => {
  const steps = [
    step('a', { handler: { callable: 'charge', resolver: 'class_lookup' } }),
    step('b', { composition: { of: ['x'] }, on_cancel: { callable: 'undo', resolver: 'class_constant' } }),
    step('c', { type: 'batchable', batch_config: { checkpoint_interval: 100 } }),
    step('d', { type: 'batch_worker', dependencies: ['c'] }),
  ]
  const handler = { callable: 'TaskHandler', initialization: {} }
  const more = { task_handler: handler, environments: { test: { task_handler: handler } } }
  assert.equal(refused(steps, more), [
    'not_supported task_handler',
    'not_supported environments.test.task_handler',
    'not_supported steps.0.handler.resolver',
    'not_supported steps.1.composition',
    'not_supported steps.1.on_cancel.resolver',
    'not_supported steps.2.batch_config.checkpoint_interval',
  ])
})

test('a result whose form is the system’s own takes no schema', () => {
  const handler = { callable: 'catalog:gate', initialization: {} }
  assert.equal(refused([step('a', { handler, result_schema: { type: 'object' } })]), [
    'misplaced_key steps.0.result_schema',
  ])
})

test.run()
