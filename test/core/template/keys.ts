/**
 * Every key that a template may have: a value for it, and the test in which what it does is proven; or that it is
 * refused. `keys.test.ts` holds the table to the codec, each value to the normal form, and each test to its file.
 */
import type { Json } from '../../../src/core/json.js'

/** A test file below `test/`, and the name of a test in it. */
export type Proof = readonly [file: string, name: string]

export interface Works {
  readonly value: Json
  readonly proof: Proof
}

export type KeyRow = Works | { readonly refused: Json }

const NORMAL: Proof = ['core/template/parse.test.ts', 'every key of a step finds its place in the normal form']
const BACKOFF: Proof = ['core/retry.test.ts', 'each kind of backoff grows as it is named, up to its cap']
const LIFE = (name: string): Proof => ['core/decide/life-of-a-step.test.ts', name]
const BATCH = (name: string): Proof => ['engine/batches.test.ts', name]
const TOLD_BATCH: Proof = ['worker/promises.test.ts', 'a handler of a batch is told what its template says of batches']
const TIME = (name: string): Proof => ['core/decide/time.test.ts', name]
const STALE = TIME('each situation has its own limit, and whatever moves begins the time anew')
const STALE_ACTION = TIME('a stale task is looked into, or ends, or is only told of, as its template says')
const LIFECYCLE: Proof = [
  'core/template/lifecycle.test.ts',
  'limits of time become milliseconds, and their action is told in two words',
]
const BOUND = (name: string): Proof => ['core/validation/bounds.test.ts', name]
const SAGA: Proof = [
  'engine/compensation.test.ts',
  'a failed task undoes what was done, the last first, and each thing once',
]
const SAGA_CANCEL: Proof = [
  'engine/compensation.test.ts',
  'a cancelled task undoes by on_cancel, though one of the undoings fails',
]
const SAGA_KEYS: Proof = [
  'core/template/events-and-compensations.test.ts',
  'a step says by which handlers it is undone',
]
const EVENTS: Proof = [
  'core/decide/domain-events.test.ts',
  'a step that completes publishes its events with its result, in the append of its completion',
]
const EVENT_SCHEMA: Proof = [
  'core/template/events-and-compensations.test.ts',
  'an event that a step publishes takes the schema that the template declares for it',
]
const ENVIRONMENT: Proof = [
  'core/template/parse.test.ts',
  'the overrides of an environment apply where that environment is chosen',
]
const CONVERGENCE: Proof = [
  'core/graph-model/agreement.test.ts',
  'core and model agree on every graph of two and three steps, whatever happens and in whatever order',
]
const DESCRIBED: Proof = [
  'core/template/keys.test.ts',
  'what an author says of a template and its steps is shown to people and to planners',
]
const SYSTEMS: Proof = [
  'core/template/keys.test.ts',
  'the system that a step uses is limited by the operator, its own before the primary one',
]

const retry = (at: string, proof: Proof | undefined): Readonly<Record<string, KeyRow>> => ({
  [`${at}.retryable`]: {
    value: false,
    proof: proof ?? ['core/retry.test.ts', 'what is not retryable, by its failure or by its step, is not retried'],
  },
  [`${at}.max_attempts`]: {
    value: 7,
    proof: proof ?? LIFE('a failed attempt waits for its retry; the total of failed attempts is bounded'),
  },
  [`${at}.max_losses`]: {
    value: 7,
    proof: proof ?? LIFE('a lost attempt takes a number and counts as no failure, until it was lost too often'),
  },
  [`${at}.backoff`]: { value: 'fibonacci', proof: proof ?? BACKOFF },
  [`${at}.backoff_base_ms`]: { value: 7, proof: proof ?? BACKOFF },
  [`${at}.max_backoff_ms`]: { value: 7, proof: proof ?? BACKOFF },
  [`${at}.jitter`]: {
    value: 0.7,
    proof: proof ?? [
      'core/retry.test.ts',
      'jitter varies the delay to both sides by its share, and never passes the cap',
    ],
  },
})

const compensation = (key: 'on_cancel' | 'on_failure', proof: Proof): Readonly<Record<string, KeyRow>> => ({
  [`steps.*.${key}.callable`]: { value: 'undo_otherwise', proof },
  [`steps.*.${key}.method`]: { value: 'refund', proof: SAGA_KEYS },
  [`steps.*.${key}.resolver`]: { refused: 'by_convention' },
  [`steps.*.${key}.initialization`]: { value: { deep: 1 }, proof: SAGA_KEYS },
  ...retry(`steps.*.${key}.retry`, SAGA_KEYS),
  [`steps.*.${key}.timeout_seconds`]: { value: 7, proof: SAGA_KEYS },
})

const bounds = (at: string): Readonly<Record<string, KeyRow>> => ({
  [`${at}.max_steps`]: { value: 70, proof: BOUND('a fragment may take what is left of the steps and no more') },
  [`${at}.max_depth`]: { value: 3, proof: BOUND('depth is the steps on the longest path') },
  [`${at}.max_fan_out`]: {
    value: 7,
    proof: BOUND('fan-out is how many steps follow directly from one, of the fragment or of the frame'),
  },
  [`${at}.max_phases`]: { value: 3, proof: BOUND('a planning step is a phase and needs a call') },
  [`${at}.max_planner_calls`]: { value: 7, proof: BOUND('a planning step is a phase and needs a call') },
  [`${at}.max_tokens`]: {
    value: 7_000,
    proof: ['core/allowance.test.ts', 'a use that passes a bound is told with what is left and what it asks'],
  },
  [`${at}.max_cost_usd`]: {
    value: 7,
    proof: ['core/allowance.test.ts', 'a use that passes a bound is told with what is left and what it asks'],
  },
  [`${at}.max_wall_clock_seconds`]: {
    value: 7,
    proof: TIME('the bound on the wall clock is a deadline where it is the earlier one, and moves when it is raised'),
  },
  [`${at}.required_convergence`]: {
    value: ['end'],
    proof: [
      'core/validation/convergence.test.ts',
      'a required convergence below the planning step must be reached, here or further down',
    ],
  },
  [`${at}.allowed_handlers`]: {
    value: ['transform'],
    proof: ['core/validation/handlers.test.ts', 'a list allows what it holds, however it writes it, and nothing else'],
  },
  [`${at}.allowed_hosts`]: {
    value: ['example.org'],
    proof: [
      'core/template/handler-checks.test.ts',
      'the hosts and secrets that an author lists bind the steps of the template too',
    ],
  },
  [`${at}.allowed_secrets`]: {
    value: ['TOKEN'],
    proof: [
      'core/template/handler-checks.test.ts',
      'the hosts and secrets that an author lists bind the steps of the template too',
    ],
  },
})

export const KEYS: Readonly<Record<string, KeyRow>> = {
  name: {
    value: 'another',
    proof: ['templates/registry.test.ts', 'a version means one thing for ever; the same again is no new one'],
  },
  namespace_name: {
    value: 'billing',
    proof: [
      'engine/two-processes.test.ts',
      'one is killed in the middle of a step, and the other completes it: on Redis',
    ],
  },
  version: { value: '7.0.0', proof: ['templates/registry.test.ts', 'without a version the latest release is meant'] },
  description: { value: 'What it is for.', proof: DESCRIBED },
  metadata: { value: { author: 'Ada' }, proof: ['core/template/parse.test.ts', 'anything may stand under metadata'] },
  'system_dependencies.primary': { value: 'ledger', proof: SYSTEMS },
  'system_dependencies.secondary': { value: ['mail'], proof: SYSTEMS },
  input_schema: {
    value: { type: 'object' },
    proof: ['templates/input-problems.test.ts', 'an input is held against the schema of its template'],
  },
  task_handler: { refused: { callable: 'Order::Handler' } },
  'steps.*.name': { value: 'another', proof: NORMAL },
  'steps.*.handler.callable': { value: 'another', proof: NORMAL },
  'steps.*.handler.method': {
    value: 'refund',
    proof: ['worker/promises.test.ts', 'a handler is told which of its methods the step names'],
  },
  'steps.*.handler.resolver': { refused: 'by_convention' },
  'steps.*.handler.initialization': { value: { deep: 1 }, proof: NORMAL },
  'steps.*.description': { value: 'What it does.', proof: DESCRIBED },
  'steps.*.type': { value: 'decision', proof: CONVERGENCE },
  'steps.*.step_type': { value: 'decision', proof: CONVERGENCE },
  'steps.*.system_dependency': { value: 'ledger', proof: SYSTEMS },
  'steps.*.dependencies': { value: ['first'], proof: CONVERGENCE },
  'steps.*.depends_on': { value: ['first'], proof: CONVERGENCE },
  'steps.*.inputs': {
    value: { n: 1 },
    proof: ['worker/resolve.test.ts', 'inputs are resolved as the configuration is'],
  },
  ...retry('steps.*.retry', undefined),
  'steps.*.timeout_seconds': {
    value: 7,
    proof: [
      'worker/step-timeout.test.ts',
      'an attempt that takes longer than its step allows fails, is told so, and another one is made',
    ],
  },
  'steps.*.requires': { value: 'any', proof: CONVERGENCE },
  'steps.*.requires.quorum': {
    value: 2,
    proof: ['core/graph-model/agreement.test.ts', 'a quorum is of the branches that count: tolerated failures do not'],
  },
  'steps.*.tolerate_failures': { value: true, proof: CONVERGENCE },
  'steps.*.on_empty': { value: 'skip', proof: CONVERGENCE },
  ...compensation('on_cancel', SAGA_CANCEL),
  ...compensation('on_failure', SAGA),
  'steps.*.batch_config.batch_size': { value: 7, proof: TOLD_BATCH },
  'steps.*.batch_config.parallelism': {
    value: 7,
    proof: BATCH('never more workers at a time than parallelism allows'),
  },
  'steps.*.batch_config.cursor_field': { value: 'id', proof: TOLD_BATCH },
  'steps.*.batch_config.worker_template': {
    value: 'other_work',
    proof: BATCH('one worker a cursor, named by its batch, and the convergence waits for all of them'),
  },
  'steps.*.batch_config.failure_strategy': {
    value: 'isolate',
    proof: BATCH('isolate leaves the failed worker out, and the task completes'),
  },
  'steps.*.batch_config.checkpoint_interval': { refused: 100 },
  ...bounds('steps.*.bounds'),
  'steps.*.limit_key': {
    value: 'crm',
    proof: ['engine/limits.test.ts', 'a key is limited by itself, across tasks, while other steps go on'],
  },
  'steps.*.limit_per': {
    value: 'customer.id',
    proof: ['engine/limits.test.ts', 'a key that counts by a value gives each value slots of its own'],
  },
  'steps.*.publishes_events.*.name': { value: 'order.kept', proof: EVENTS },
  'steps.*.publishes_events.*.description': { value: 'It is paid.', proof: EVENT_SCHEMA },
  'steps.*.publishes_events.*.condition': { value: 'always', proof: EVENTS },
  'steps.*.publishes_events.*.schema': {
    value: { type: 'object' },
    proof: ['worker/promises.test.ts', 'an event whose payload breaks its promise is withheld, and the step completes'],
  },
  'steps.*.publishes_events.*.delivery_mode': { value: 'fast', proof: EVENTS },
  'steps.*.publishes_events.*.publisher': { refused: 'Order::Publisher' },
  'steps.*.result_schema': {
    value: { type: 'object' },
    proof: [
      'worker/promises.test.ts',
      'a result that does not fit its schema fails the step for good, and every path is named',
    ],
  },
  'steps.*.composition': { refused: ['a', 'b'] },
  ...bounds('bounds'),
  'lifecycle.max_duration_minutes': {
    value: 7,
    proof: TIME('a task that does not end in time fails, and what it had under way is cancelled'),
  },
  'lifecycle.on_blocked.error_after_seconds': {
    value: 7,
    proof: LIFE('a blocked task ends in error where its template says so'),
  },
  'lifecycle.max_waiting_for_dependencies_minutes': { value: 7, proof: STALE },
  'lifecycle.max_waiting_for_retry_minutes': { value: 7, proof: STALE },
  'lifecycle.max_steps_in_process_minutes': { value: 7, proof: STALE },
  'lifecycle.staleness_action': { value: 'error', proof: STALE_ACTION },
  'lifecycle.auto_fail_on_timeout': { value: true, proof: LIFECYCLE },
  'lifecycle.auto_dlq_on_timeout': { value: true, proof: LIFECYCLE },
  'domain_events.*.name': {
    value: 'order.kept',
    proof: [
      'core/template/events-and-compensations.test.ts',
      'events that nobody publishes, that are listed twice, or that promise what cannot be checked are refused',
    ],
  },
  'domain_events.*.description': { value: 'It is paid.', proof: EVENT_SCHEMA },
  'domain_events.*.schema': { value: { type: 'object' }, proof: EVENT_SCHEMA },
  'environments.*.steps.*.name': { value: 'ALL', proof: ENVIRONMENT },
  'environments.*.steps.*.handler.initialization': { value: { deep: 2 }, proof: ENVIRONMENT },
  ...retry('environments.*.steps.*.retry', ENVIRONMENT),
  'environments.*.steps.*.timeout_seconds': { value: 9, proof: ENVIRONMENT },
  'environments.*.task_handler': { refused: {} },
}
