import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Bounds, NOTHING_USED } from '../../../src/core/bounds.js'
import type { Json, JsonObject } from '../../../src/core/json.js'
import { BOUNDS, findingsFor, fragmentOf, judge, step, told } from './proposals.js'

const overruns = (steps: ReadonlyArray<Json>, bounds: Bounds, more: JsonObject = {}, spent = NOTHING_USED) =>
  judge(fragmentOf(steps, more), { bounds, spent }).findings.map(({ code, path, bound, limit, value }) => [
    code,
    path,
    bound,
    limit,
    value,
  ])

const many = (count: number, more: JsonObject = {}) =>
  Array.from({ length: count }, (_, index) => step(`s${index}`, more))
const chain = (count: number) =>
  Array.from({ length: count }, (_, index) => step(`s${index}`, index === 0 ? {} : { dependencies: [`s${index - 1}`] }))
const planner = (name: string, more: JsonObject = {}) => ({ name, handler: 'plan', config: { goal: 'more' }, ...more })

test('a fragment may take what is left of the steps and no more', () => {
  const spent = { ...NOTHING_USED, steps: 6 }
  assert.equal(overruns(many(4), { max_steps: 10 }, {}, spent), [])
  assert.equal(overruns(many(5), { max_steps: 10 }, {}, spent), [['bounds_exceeded', 'steps', 'max_steps', 4, 5]])
  assert.equal(overruns(many(1), { max_steps: 5 }, {}, spent), [['bounds_exceeded', 'steps', 'max_steps', 0, 1]])
})

test('depth is the steps on the longest path', () => {
  assert.equal(overruns(chain(3), { max_depth: 3 }), [])
  assert.equal(overruns([...chain(4), step('beside')], { max_depth: 3 }), [
    ['bounds_exceeded', 'steps', 'max_depth', 3, 4],
  ])
})

test('fan-out is how many steps follow directly from one, of the fragment or of the frame', () => {
  const after = (name: string) => many(3, { dependencies: [name] })
  assert.equal(overruns([step('a'), ...after('a')], { max_fan_out: 3 }), [])
  assert.equal(overruns([step('a'), ...after('a')], { max_fan_out: 2 }), [
    ['bounds_exceeded', 'steps.0', 'max_fan_out', 2, 3],
  ])
  // The planning step itself follows from check.
  assert.equal(overruns(after('check'), { max_fan_out: 3 }), [['bounds_exceeded', 'steps', 'max_fan_out', 3, 4]])
})

test('fan-out is how many instances one step leads to, multiplied through nesting, where it is written out', () => {
  const each = (items: Json, more: JsonObject = {}) => ({
    items,
    handler: 'persist',
    handler_config: { table: 't' },
    ...more,
  })
  const fanOut = (config: JsonObject) => [{ name: 'each', handler: 'fan_out', config }]
  const place = 'steps.0.config'
  assert.equal(overruns(fanOut(each([1, 2, 3])), { max_fan_out: 3 }), [])
  assert.equal(overruns(fanOut(each([1, 2, 3, 4])), { max_fan_out: 3 }), [
    ['bounds_exceeded', place, 'max_fan_out', 3, 4],
  ])
  assert.equal(overruns(fanOut(each([1, 2, 3, 4, 5], { chunk_size: 2 })), { max_fan_out: 3 }), [])
  const nested = each([1, 2], { handler: 'fan_out', handler_config: each([1, 2, 3]) })
  assert.equal(overruns(fanOut(nested), { max_fan_out: 8 }), [])
  assert.equal(overruns(fanOut(nested), { max_fan_out: 7 }), [['bounds_exceeded', place, 'max_fan_out', 7, 8]])
  assert.equal(overruns(fanOut(nested), { max_steps: 8 }), [['bounds_exceeded', 'steps', 'max_steps', 8, 9]])
  assert.equal(overruns(fanOut(each('${task.context.rows}')), { max_fan_out: 1 }), [])
})

test('a planning step is a phase and needs a call', () => {
  const steps = [planner('a'), planner('b')]
  const spent = { ...NOTHING_USED, phases: 1, plannerCalls: 3 }
  assert.equal(overruns(steps, { max_phases: 3, max_planner_calls: 5 }, {}, spent), [])
  assert.equal(overruns(steps, { max_phases: 2, max_planner_calls: 4 }, {}, spent), [
    ['bounds_exceeded', 'steps', 'max_phases', 1, 2],
    ['bounds_exceeded', 'steps', 'max_planner_calls', 1, 2],
  ])
})

test('a bound that is not stated does not limit', () => {
  assert.equal(overruns([...chain(100), ...many(100).map((one) => ({ ...one, name: `x${one.name}` }))], {}), [])
})

test('a fragment may narrow its bounds, and is held to that', () => {
  assert.equal(overruns(many(3), BOUNDS, { resource_bounds: { max_steps: 3, max_tokens: 10 } }), [])
  assert.equal(overruns(many(3), BOUNDS, { resource_bounds: { max_steps: 2 } }), [
    ['bounds_exceeded', 'steps', 'max_steps', 2, 3],
  ])
})

test('a fragment may not widen its bounds', () => {
  const resource_bounds = {
    max_steps: 51,
    max_cost_usd: 1,
    allowed_handlers: ['persist', 'Orders::Ship'],
    allowed_hosts: ['api.example.com', 'evil.example'],
    allowed_secrets: ['ROOT'],
  }
  assert.equal(overruns(many(1), BOUNDS, { resource_bounds }), [
    ['bounds_exceeded', 'resource_bounds.allowed_handlers', 'allowed_handlers', [], ['Orders::Ship']],
    ['bounds_exceeded', 'resource_bounds.allowed_hosts', 'allowed_hosts', BOUNDS.allowed_hosts, ['evil.example']],
    ['bounds_exceeded', 'resource_bounds.allowed_secrets', 'allowed_secrets', ['API_KEY'], ['ROOT']],
    ['bounds_exceeded', 'resource_bounds.max_steps', 'max_steps', 50, 51],
  ])
})

test('a fragment cannot give itself a list where there is none', () => {
  const bounds = { max_steps: 5 }
  const request = { name: 'a', handler: 'http_request', config: { url: 'https://evil.example/' } }
  const fragment = fragmentOf([request], { resource_bounds: { allowed_hosts: ['evil.example'] } })
  assert.equal(told(judge(fragment, { bounds })), [
    'bounds_exceeded resource_bounds.allowed_hosts',
    'host_not_allowed steps.0.config.url',
  ])
})

test('the bounds of a planning step may only be narrower than those of its fragment', () => {
  const steps = [planner('a', { bounds: { max_steps: 5, max_depth: 11 } })]
  assert.equal(overruns(steps, BOUNDS), [['bounds_exceeded', 'steps.0.bounds.max_depth', 'max_depth', 10, 11]])
  assert.equal(overruns(steps, BOUNDS, { resource_bounds: { max_steps: 4, max_depth: 9 } }), [
    ['bounds_exceeded', 'steps.0.bounds.max_depth', 'max_depth', 9, 11],
    ['bounds_exceeded', 'steps.0.bounds.max_steps', 'max_steps', 4, 5],
  ])
})

test('what a fragment denies itself it denies the phases inside it', () => {
  const resource_bounds = { max_steps: 5, max_depth: 4, allowed_handlers: ['plan', 'persist'] }
  const steps = [planner('a', { bounds: { max_depth: 3 } }), step('b')]
  const { plan } = judge(fragmentOf(steps, { resource_bounds }))
  assert.equal(plan?.steps[0]?.bounds, { max_steps: 3, max_depth: 3, allowed_handlers: ['plan', 'persist'] })
  assert.equal(judge(fragmentOf(steps)).plan?.steps[0]?.bounds, { max_depth: 3 })
})

const wait = (name: string, seconds: Json, ...dependencies: ReadonlyArray<string>) => ({
  name,
  handler: 'wait',
  config: { seconds },
  dependencies,
})

test('waiting fits the wall clock, one wait after the other', () => {
  const bounds = { max_wall_clock_seconds: 100 }
  const bound = 'max_wall_clock_seconds'
  assert.equal(overruns([wait('a', 60), wait('b', 60), wait('c', 40, 'a', 'b')], bounds), [])
  assert.equal(overruns([wait('a', 101)], bounds), [['bounds_exceeded', 'steps.0.config.seconds', bound, 100, 101]])
  assert.equal(overruns([wait('a', 60), wait('b', 60, 'a'), wait('c', 5, 'b')], bounds), [
    ['bounds_exceeded', 'steps.1.config.seconds', bound, 100, 120],
  ])
  const gate = { name: 'g', handler: 'gate', config: { question: 'now?', timeout_seconds: 50 }, dependencies: ['a'] }
  assert.equal(overruns([wait('a', 60), gate], bounds), [
    ['bounds_exceeded', 'steps.1.config.timeout_seconds', bound, 100, 110],
  ])
  assert.equal(overruns([wait('a', '${task.context.pause}')], bounds), [])
  assert.equal(overruns([wait('a', 900_000)], {}), [])
})

test('what a fan-out waits for counts too', () => {
  const each = {
    name: 'each',
    handler: 'fan_out',
    config: { items: [1], handler: 'wait', handler_config: { seconds: 200 } },
  }
  assert.equal(findingsFor([each], { bounds: { max_wall_clock_seconds: 100 } }), [
    'bounds_exceeded steps.0.config.handler_config.seconds',
  ])
})

test.run()
