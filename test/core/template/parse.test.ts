import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { JsonObject } from '../../../src/core/json.js'
import { accepted, after, problems, shown, step, vocabulary, withSteps } from './parsed.js'

test('a template of one step is enough', () => {
  assert.equal(accepted(withSteps(step('charge'))), {
    name: 'order',
    namespace: 'default',
    version: '1.0.0',
    description: '',
    steps: [{ name: 'charge', type: 'standard', handler: 'charge_card', dependencies: [] }],
    bounds: {},
    lifecycle: {},
    digest: 'sha256:0',
  })
})

test('every key of a step finds its place in the normal form', () => {
  const written = withSteps(
    step('charge', {
      type: 'standard',
      handler: { callable: 'charge_card', method: 'call', initialization: { currency: 'EUR' } },
      inputs: { order: '${task.context.order}' },
      retry: {
        retryable: true,
        max_attempts: 5,
        max_losses: 2,
        backoff: 'fibonacci',
        backoff_base_ms: 100,
        max_backoff_ms: 5000,
        jitter: 0.2,
      },
      timeout_seconds: 1.5,
      result_schema: { type: 'object' },
    }),
    step('end', {
      type: 'deferred_convergence',
      depends_on: ['charge'],
      requires: { quorum: 2 },
      tolerate_failures: true,
      on_empty: 'skip',
    }),
  )
  assert.equal(accepted(written).steps, [
    {
      name: 'charge',
      type: 'standard',
      handler: 'charge_card',
      method: 'call',
      dependencies: [],
      config: { currency: 'EUR' },
      inputs: { order: '${task.context.order}' },
      retry: {
        retryable: true,
        maxAttempts: 5,
        maxLosses: 2,
        backoff: 'fibonacci',
        baseMs: 100,
        capMs: 5000,
        jitter: 0.2,
      },
      timeoutMs: 1500,
      resultSchema: { type: 'object' },
    },
    {
      name: 'end',
      type: 'deferred_convergence',
      handler: 'charge_card',
      dependencies: ['charge'],
      requires: { quorum: 2 },
      tolerateFailures: true,
      onEmpty: 'skip',
    },
  ])
})

test('dependencies come before dependants, whatever the order of writing', () => {
  const steps = accepted(withSteps(after('c', 'a', 'b'), after('b', 'a'), step('a'))).steps
  assert.equal(
    steps.map((each) => each.name),
    ['a', 'b', 'c'],
  )
})

test('an unknown key is told with its path, at every depth', () => {
  const written = {
    ...withSteps({
      ...step('a'),
      nmae: 'x',
      handler: { callable: 'charge_card', callabel: 'y' },
      retry: { attempts: 3 },
    }),
    stpes: [],
    bounds: { max_step: 3 },
    lifecycle: { max_hours: 1 },
  }
  const found = shown(written)
  for (const path of [
    'stpes',
    'steps.0.nmae',
    'steps.0.handler.callabel',
    'steps.0.retry.attempts',
    'bounds.max_step',
  ]) {
    assert.ok(found.includes(`schema ${path}`), path)
  }
  assert.ok(found.includes('schema lifecycle.max_hours'))
  assert.match(
    problems({ ...withSteps(step('a')), stpes: [] })[0]?.message ?? '',
    /unknown key; did you mean "steps"\?; known are name, steps/,
  )
})

test('anything may stand under metadata', () => {
  assert.equal(accepted({ ...withSteps(step('a')), metadata: { author: { deep: [1, null] } } }).metadata, {
    author: { deep: [1, null] },
  })
})

test('a key without a value is no key', () => {
  const steps = [
    step('a', { retry: null, dependencies: null, handler: { callable: 'charge_card', initialization: { a: null } } }),
  ]
  assert.equal(accepted({ name: 'order', description: null, steps }).steps[0]?.config, { a: null })
})

test('the shape and the meaning of a template are judged in one pass', () => {
  const found = shown({
    ...withSteps(
      step('a', { timeout_seconds: -1, dependencies: ['nobody'] }),
      step('b', { handler: { callable: 'charge_crad' }, extra: 1 }),
      after('c', 'd'),
      after('d', 'c'),
    ),
  })
  assert.equal(
    found.toSorted(),
    [
      'cycle steps.3.dependencies',
      'missing_dependency steps.0.dependencies.0',
      'schema steps.1.extra',
      'schema steps.0.timeout_seconds',
      'unknown_handler steps.1.handler.callable',
    ].toSorted(),
  )
})

test('a missing name, handler or list of steps is a problem of shape', () => {
  assert.equal(shown({ steps: [step('a')] }), ['schema name'])
  assert.equal(shown({ name: 'x' }), ['schema steps'])
  assert.equal(shown({ name: 'x', steps: [] }), ['schema steps'])
  assert.equal(shown(withSteps({ name: 'a' })), ['schema steps.0.handler'])
  assert.equal(shown(withSteps('a')), ['schema steps.0'])
  assert.equal(shown(null), ['schema '])
  assert.equal(shown([]), ['schema '])
})

test('names of steps are lower case, not reserved, and each stands once', () => {
  assert.equal(shown(withSteps(step('Charge'))), ['step_name steps.0.name'])
  assert.equal(shown(withSteps(step('a-b'))), ['step_name steps.0.name'])
  assert.equal(shown(withSteps(step('item'))), ['reserved_name steps.0.name'])
  assert.equal(shown(withSteps(step('a'), step('b'), step('a'))), ['duplicate_step steps.2.name'])
})

test('numbers outside of their range are refused where they stand', () => {
  const refused = (more: JsonObject) => shown(withSteps(step('a', more)))
  assert.equal(refused({ timeout_seconds: 0 }), ['schema steps.0.timeout_seconds'])
  assert.equal(refused({ timeout_seconds: '30' }), ['schema steps.0.timeout_seconds'])
  assert.equal(refused({ retry: { max_attempts: 1.5 } }), ['schema steps.0.retry.max_attempts'])
  assert.equal(refused({ retry: { max_attempts: 101 } }), ['schema steps.0.retry.max_attempts'])
  assert.equal(refused({ retry: { backoff: 'random' } }), ['schema steps.0.retry.backoff'])
  assert.equal(refused({ retry: { backoff_base_ms: -1, jitter: 2 } }), [
    'schema steps.0.retry.backoff_base_ms',
    'schema steps.0.retry.jitter',
  ])
})

test('no attempts at all is one attempt, as in Tasker Core', () => {
  assert.is(accepted(withSteps(step('a', { retry: { max_attempts: 0 } }))).steps[0]?.retry?.maxAttempts, 1)
})

test('keys that ask for nothing are accepted', () => {
  const quiet = { domain_events: [], environments: {}, lifecycle: {} }
  assert.equal(shown({ ...withSteps(step('a', { publishes_events: [] })), ...quiet }), [])
})

test('how long a task may take, and what happens when it is blocked, come from its lifecycle', () => {
  const value = {
    ...withSteps(step('a')),
    lifecycle: { max_duration_minutes: 30, on_blocked: { error_after_seconds: 0 } },
  }
  assert.equal(accepted(value).lifecycle, { maxDurationMs: 1_800_000, onBlocked: { errorAfterMs: 0 } })
})

test('the overrides of an environment apply where that environment is chosen', () => {
  const value = {
    ...withSteps(
      step('a', { handler: { callable: 'charge_card', initialization: { url: 'x', tries: 1 } }, timeout_seconds: 60 }),
      step('b'),
    ),
    environments: {
      test: {
        steps: [
          { name: 'ALL', timeout_seconds: 5, retry: { max_attempts: 1 } },
          { name: 'a', handler: { initialization: { url: 'y' } } },
        ],
      },
    },
  }
  assert.equal(accepted(value).steps[0]?.timeoutMs, 60_000)
  assert.equal(accepted(value, vocabulary, 'production').steps[0]?.timeoutMs, 60_000)
  const [a, b] = accepted(value, vocabulary, 'test').steps
  assert.equal(a, {
    name: 'a',
    type: 'standard',
    handler: 'charge_card',
    dependencies: [],
    config: { url: 'y', tries: 1 },
    retry: { maxAttempts: 1 },
    timeoutMs: 5000,
  })
  assert.is(b?.timeoutMs, 5000)
  const typo = { ...withSteps(step('a')), environments: { test: { steps: [{ name: 'z' }] } } }
  assert.equal(shown(typo), ['unknown_step environments.test.steps.0.name'])
})

test('schemas are held to the limits within which they will be evaluated', () => {
  const value = {
    ...withSteps(step('a', { result_schema: { type: 'nothing' } })),
    input_schema: { $ref: 'https://example.org/schema' },
  }
  assert.equal(shown(value), ['schema_not_allowed input_schema', 'schema_not_allowed steps.0.result_schema'])
})

test.run()
