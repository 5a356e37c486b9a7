import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { JsonObject } from '../../../src/core/json.js'
import { accepted, after, problems, shown, step, withSteps } from './parsed.js'

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

test.run()
