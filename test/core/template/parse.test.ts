import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { defineHandler } from '../../../catalog/define-handler.js'
import { vocabularyOf } from '../../../catalog/vocabulary.js'
import type { Vocabulary } from '../../../src/core/capability.js'
import { closed } from '../../../src/core/closed.js'
import { jsonObject } from '../../../src/core/events/codecs.js'
import type { Json, JsonObject } from '../../../src/core/json.js'
import { parseTemplate } from '../../../src/core/template/parse.js'
import type { TemplateProblem } from '../../../src/core/template/problem.js'
import type { Template } from '../../../src/core/template.js'

const vocabulary = vocabularyOf([
  defineHandler({ name: 'charge_card', run: () => null }),
  defineHandler({ name: 'send_mail', run: () => null }),
  defineHandler({
    name: 'fetch_rates',
    config: closed({ url: t.string }, { tries: t.number, token: t.string, select: t.string }),
    fields: { urls: ['url'], secrets: ['token'], expressions: ['select'] },
    run: () => null,
  }),
  defineHandler({
    name: 'for_each',
    config: closed({ run: t.string, run_config: jsonObject }),
    fields: { nested: [{ handler: 'run', config: 'run_config' }] },
    run: () => null,
  }),
  defineHandler({ name: 'catalog:http_request', stepTypes: ['standard'], run: () => null }),
  defineHandler({ name: 'catalog:decide', stepTypes: ['decision'], run: () => null }),
  defineHandler({ name: 'catalog:plan', stepTypes: ['planning'], run: () => null }),
  defineHandler({ name: 'catalog:gate', stepTypes: ['gate'], run: () => null }),
])

const step = (name: string, more: JsonObject = {}): JsonObject => ({
  name,
  handler: { callable: 'charge_card' },
  ...more,
})
const after = (name: string, ...dependencies: ReadonlyArray<string>): JsonObject => step(name, { dependencies })
const withSteps = (...steps: ReadonlyArray<Json>): JsonObject => ({ name: 'order', steps })

const parse = (value: Json, known: Vocabulary | undefined = vocabulary, environment?: string) =>
  parseTemplate(value, known, { digest: 'sha256:0', environment })

const accepted = (value: Json, known?: Vocabulary, environment?: string): Template => {
  const parsed = parse(value, known, environment)
  if (E.isLeft(parsed)) throw new Error(JSON.stringify(parsed.left))
  return parsed.right
}

const problems = (value: Json, known?: Vocabulary): ReadonlyArray<TemplateProblem> => {
  const parsed = parse(value, known)
  return E.isLeft(parsed) ? parsed.left : []
}

const shown = (value: Json): ReadonlyArray<string> => problems(value).map(({ code, path }) => `${code} ${path}`)

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
  assert.match(problems({ ...withSteps(step('a')), stpes: [] })[0]?.message ?? '', /unknown key; known are name, steps/)
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

test('a missing dependency names what was likely meant', () => {
  const [problem] = problems(withSteps(step('validate_order'), after('charge', 'validate_ordr')))
  assert.is(problem?.code, 'missing_dependency')
  assert.is(problem?.path, 'steps.1.dependencies.0')
  assert.match(problem?.message ?? '', /did you mean "validate_order"\?/)
})

test('a dependency listed twice, or under both words, is a problem of shape', () => {
  assert.equal(shown(withSteps(step('a'), after('b', 'a', 'a'))), ['schema steps.1.dependencies.1'])
  assert.equal(shown(withSteps(step('a'), step('b', { dependencies: ['a'], depends_on: ['a'] }))), [
    'schema steps.1.depends_on',
  ])
  assert.equal(shown(withSteps(step('a', { type: 'standard', step_type: 'standard' }))), ['schema steps.0.step_type'])
})

test('a cycle is named from step to step', () => {
  const [problem, ...others] = problems(
    withSteps(step('start'), after('a', 'start', 'c'), after('b', 'a'), after('c', 'b')),
  )
  assert.equal(others, [])
  assert.is(problem?.code, 'cycle')
  assert.match(problem?.message ?? '', /a → b → c → a|b → c → a → b|c → a → b → c/)
  assert.equal(shown(withSteps(after('a', 'a'))), ['cycle steps.0.dependencies.0'])
})

test('a long chain is ordered without exhausting the stack', () => {
  const chain = Array.from({ length: 20_000 }, (_, n) =>
    n === 0 ? step('s0') : after(`s${n}`, `s${n - 1}`),
  ).toReversed()
  assert.is(accepted(withSteps(...chain)).steps[0]?.name, 's0')
})

test('an unknown handler names what was likely meant', () => {
  const callable = (name: string) => problems(withSteps(step('a', { handler: { callable: name } })))[0]
  assert.is(callable('charge_crad')?.code, 'unknown_handler')
  assert.match(callable('charge_crad')?.message ?? '', /did you mean "charge_card"\?/)
  assert.match(callable('http_request')?.message ?? '', /did you mean "catalog:http_request"\?/)
  assert.match(
    callable('catalog:htp_request')?.message ?? '',
    /the catalog has no handler.*did you mean "catalog:http_request"\?/,
  )
  assert.not.match(callable('something_else_entirely')?.message ?? '', /did you mean/)
})

test('without a vocabulary handlers are taken at their word', () => {
  const parsed = parseTemplate(withSteps(step('a', { handler: { callable: 'Some::Class' } })), undefined, {
    digest: '',
  })
  assert.ok(E.isRight(parsed))
})

test('the type of a step agrees with its handler', () => {
  assert.equal(shown(withSteps(step('a', { type: 'gate' }))), ['step_type_mismatch steps.0.type'])
  assert.equal(shown(withSteps(step('a', { type: 'standard', handler: { callable: 'catalog:gate' } }))), [
    'step_type_mismatch steps.0.type',
  ])
  assert.is(accepted(withSteps(step('a', { handler: { callable: 'catalog:gate' } }))).steps[0]?.type, 'gate')
})

test('a result is read only of a step that certainly comes before', () => {
  const config = (text: string): JsonObject => ({
    handler: { callable: 'charge_card', initialization: { deep: [text] } },
  })
  const read = (text: string) =>
    shown(withSteps(step('a'), after('b', 'a'), step('c', { dependencies: ['b'], ...config(text) }), step('other')))
  assert.equal(read('${steps.a.result.total}'), [])
  assert.equal(read('$${steps.nobody.result}'), [])
  assert.equal(read('${task.context.id}'), [])
  const at = 'dangling_reference steps.2.handler.initialization.deep.0'
  assert.equal(read('${steps.other.result}'), [at])
  assert.equal(read('${steps.c.result}'), [at])
  assert.equal(read('${steps.nobody.result}'), [at])
  assert.equal(read('${env.HOME}'), [at])
  assert.equal(read('${item.id}'), [at])
  assert.equal(shown(withSteps(step('a', { inputs: { x: '${steps.b.result}' } }), step('b'))), [
    'dangling_reference steps.0.inputs.x',
  ])
})

test('the configuration of a handler is held against its codec, references left open', () => {
  const config = (initialization: JsonObject) =>
    shown(
      withSteps(step('a'), step('b', { dependencies: ['a'], handler: { callable: 'fetch_rates', initialization } })),
    )
  const at = 'steps.1.handler.initialization'
  assert.equal(config({ url: 'https://rates.example.org/eur', tries: 3 }), [])
  assert.equal(config({ url: 'https://rates.example.org/eur', tries: '${steps.a.result.tries}' }), [])
  assert.equal(config({ url: 'https://rates.example.org/eur', tries: 'three' }), [`invalid_config ${at}.tries`])
  assert.equal(config({ tries: 1, colour: 'red' }), [`invalid_config ${at}.colour`, `invalid_config ${at}.url`])
  assert.equal(config({ url: 'https://r.example.org/', select: 'a.b-c' }), [`expression_not_allowed ${at}.select`])
  assert.equal(config({ url: 'https://r.example.org/${secrets.KEY}' }), [`secret_not_allowed ${at}.url`])
  assert.equal(config({ url: 'https://r.example.org/', token: '${secrets.KEY}' }), [])
})

test('the hosts and secrets that an author lists bind the steps of the template too', () => {
  const fetching = (url: string, token: string): JsonObject => ({
    ...withSteps(step('b', { handler: { callable: 'fetch_rates', initialization: { url, token } } })),
    bounds: { allowed_hosts: ['rates.example.org'], allowed_secrets: ['KEY'] },
  })
  assert.equal(shown(fetching('https://rates.example.org/x', '${secrets.KEY}')), [])
  assert.equal(shown(fetching('https://other.example.org/x', '${secrets.OTHER}')), [
    'host_not_allowed steps.0.handler.initialization.url',
    'secret_not_allowed steps.0.handler.initialization.token',
  ])
})

test('what a fan-out runs is a known handler, and has its item', () => {
  const each = (callable: string, config: JsonObject) =>
    shown(
      withSteps(
        step('all', { handler: { callable: 'for_each', initialization: { run: callable, run_config: config } } }),
      ),
    )
  const rates = { url: 'https://r.example.org/${item.code}' }
  assert.equal(each('fetch_rates', rates), [])
  assert.equal(each('fetch_rats', rates), ['unknown_handler steps.0.handler.initialization.run'])
  assert.equal(each('fetch_rates', { ...rates, tries: 'x' }), [
    'invalid_config steps.0.handler.initialization.run_config.tries',
  ])
})

test('a decision needs descendants, and a convergence dependencies', () => {
  const decision = step('route', { type: 'decision' })
  assert.equal(shown(withSteps(decision)), ['decision_without_descendants steps.0.name'])
  assert.equal(shown(withSteps(decision, after('a', 'route'))), [])
  assert.equal(shown(withSteps(step('end', { type: 'deferred_convergence' }))), [
    'convergence_without_dependencies steps.0.name',
  ])
})

test('keys of a convergence stand on convergences only', () => {
  assert.equal(shown(withSteps(step('a', { requires: 'any', tolerate_failures: true, on_empty: 'run' }))), [
    'misplaced_key steps.0.requires',
    'misplaced_key steps.0.tolerate_failures',
    'misplaced_key steps.0.on_empty',
  ])
  assert.equal(shown(withSteps(step('a', { batch_config: { batch_size: 2 }, bounds: { max_steps: 2 } }))), [
    'misplaced_key steps.0.batch_config',
    'misplaced_key steps.0.bounds',
  ])
  assert.equal(
    shown(withSteps(step('a'), step('b', { type: 'deferred_convergence', dependencies: ['a'], requires: 'most' }))),
    ['schema steps.1.requires'],
  )
})

const worker = (name: string, ...dependencies: ReadonlyArray<string>): JsonObject => ({
  ...after(name, ...dependencies),
  type: 'batch_worker',
})

test('a batchable step has a worker, and a worker its batchable step', () => {
  const batchable = (more: JsonObject = {}) => step('split', { type: 'batchable', ...more })
  assert.equal(shown(withSteps(batchable())), ['batch_worker_missing steps.0.name'])
  assert.equal(shown(withSteps(batchable({ batch_config: { worker_template: 'nobody' } }))), [
    'batch_worker_missing steps.0.batch_config.worker_template',
  ])
  assert.equal(shown(withSteps(batchable({ batch_config: { worker_template: 'a' } }), after('a', 'split'))), [
    'batch_worker_missing steps.0.batch_config.worker_template',
  ])
  assert.equal(shown(withSteps(step('a'), worker('w', 'a'))), ['batch_worker_orphaned steps.1.name'])
  assert.equal(shown(withSteps(batchable({ batch_config: { worker_template: 'w' } }), worker('w'))), [
    'batch_worker_missing steps.0.batch_config.worker_template',
  ])
  assert.equal(shown(withSteps(batchable(), worker('w', 'split'))), [])
})

test("the worker's batch_config is its batchable step's, as in Tasker Core", () => {
  const written = withSteps(
    step('split', { type: 'batchable', batch_config: { parallelism: 3 } }),
    { ...worker('w', 'split'), batch_config: { batch_size: 200, parallelism: 5, worker_template: 'w' } },
    step('end', { type: 'deferred_convergence', dependencies: ['w'] }),
  )
  assert.equal(accepted(written).steps[0]?.batch, { workerTemplate: 'w', batchSize: 200, parallelism: 3 })
})

const BOUNDS = { max_steps: 20, max_depth: 3, max_fan_out: 5, max_phases: 2, max_planner_calls: 4 }
const planning = (name: string, more: JsonObject = {}): JsonObject => ({
  name,
  type: 'planning',
  handler: { callable: 'catalog:plan', initialization: { goal: 'find out' } },
  ...more,
})
const convergence = (name: string, ...dependencies: ReadonlyArray<string>): JsonObject => ({
  ...after(name, ...dependencies),
  type: 'deferred_convergence',
})

test('a template with a planning step states its bounds', () => {
  const steps = [planning('plan'), convergence('end', 'plan')]
  assert.equal(shown({ name: 'x', bounds: BOUNDS, steps }), [])
  const [problem] = problems({ name: 'x', bounds: { max_steps: 20, max_depth: 3 }, steps })
  assert.equal([problem?.code, problem?.path], ['bounds_missing', 'bounds'])
  assert.match(problem?.message ?? '', /must state max_fan_out, max_phases, max_planner_calls/)
  assert.equal(shown({ name: 'x', steps }), ['bounds_missing bounds'])
})

test('bounds that the template itself passes are refused', () => {
  const steps = [planning('plan'), convergence('end', 'plan')]
  assert.equal(shown({ name: 'x', bounds: { ...BOUNDS, max_steps: 1, max_phases: 0 }, steps }), [
    'bounds_exceeded bounds.max_steps',
    'bounds_exceeded bounds.max_phases',
  ])
  const decided = [step('route', { type: 'decision' }), after('a', 'route'), after('b', 'route')]
  assert.equal(shown({ name: 'x', bounds: { max_steps: 2 }, steps: decided }), [])
})

test('a planning step has a convergence that its fragment can reach', () => {
  const shownWith = (...steps: ReadonlyArray<JsonObject>) => shown({ name: 'x', bounds: BOUNDS, steps })
  const none = 'planning_without_convergence steps.0.name'
  assert.equal(shownWith(planning('plan')), [none])
  assert.equal(shownWith(planning('plan'), after('a', 'plan'), convergence('end', 'a')), [])
  const gate = { name: 'ask', type: 'gate', handler: { callable: 'catalog:gate' }, dependencies: ['plan'] }
  assert.equal(shownWith(planning('plan'), gate, convergence('end', 'ask')), [none])
  assert.equal(
    shownWith(planning('plan'), planning('again', { dependencies: ['plan'] }), convergence('end', 'again')),
    [none],
  )
})

test('a required convergence is one', () => {
  const steps = [planning('plan', { bounds: { required_convergence: ['plan'] } }), convergence('end', 'plan')]
  assert.equal(shown({ name: 'x', bounds: { ...BOUNDS, required_convergence: ['end', 'finish'] }, steps }), [
    'unknown_convergence bounds.required_convergence.1',
    'unknown_convergence steps.0.bounds.required_convergence.0',
  ])
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
