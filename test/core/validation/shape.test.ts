import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Json } from '../../../src/core/json.js'
import { FRAME, findingsFor, fragmentOf, judge, request, step, told } from './proposals.js'

test('what is no JSON object is one finding', () => {
  for (const value of [null, 1, 'a fragment', [], [fragmentOf([])], true]) {
    assert.equal(told(judge(value)), ['schema'])
  }
})

test('what is required is named with its place', () => {
  assert.equal(told(judge({})), ['schema fragment_version', 'schema planning_context', 'schema steps'])
  assert.equal(told(judge(fragmentOf([{}]))), ['schema steps.0.handler', 'schema steps.0.name'])
  assert.equal(told(judge({ ...fragmentOf([]), planning_context: {} })), [
    'schema planning_context.goal',
    'schema planning_context.reasoning',
  ])
})

test('an unknown key is told wherever it stands', () => {
  const steps = [{ ...step('a'), nmae: 'b', retry: { max_attemps: 2 } }]
  assert.equal(told(judge({ ...fragmentOf(steps), step: 1 })), [
    'schema step',
    'schema steps.0.nmae',
    'schema steps.0.retry.max_attemps',
  ])
  assert.match(judge({ ...fragmentOf(steps), step: 1 }).findings[0]?.message ?? '', /known are fragment_version/)
})

test('values of the wrong kind are told with what they must be', () => {
  const wrong: ReadonlyArray<[string, Json]> = [
    ['name', 'Fetch'],
    ['name', '9lives'],
    ['name', 'a/b'],
    ['name', 'a'.repeat(64)],
    ['name', 7],
    ['name', ''],
    ['handler', 7],
    ['config', []],
    ['config', null],
    ['inputs', 'x'],
    ['step_type', 'loop'],
    ['retry', { max_attempts: 1.5 }],
    ['retry', { backoff: 'quadratic' }],
    ['timeout_seconds', 0],
    ['timeout_seconds', '5'],
    ['dependencies', 'a'],
    ['requires', 'most'],
    ['bounds', { max_steps: -1 }],
  ]
  for (const [key, value] of wrong) {
    const found = told(judge(fragmentOf([{ ...step('a'), [key]: value }])))
    assert.ok(
      found.some((one) => one.startsWith(`schema steps.0.${key}`)),
      `${key} = ${JSON.stringify(value)}: ${found.join(', ')}`,
    )
  }
  assert.equal(told(judge(fragmentOf([], { fragment_version: '2.0' }))), ['schema fragment_version'])
  assert.equal(told(judge(fragmentOf([], { resource_bounds: { max_stepps: 3 } }))), [
    'schema resource_bounds.max_stepps',
  ])
})

test('a step that is no object does not hide what is wrong with the others', () => {
  assert.equal(findingsFor(['fetch', step('a', { dependencies: ['ghost'] }), null]), [
    'schema steps.0',
    'unknown_dependency steps.1.dependencies.0',
    'schema steps.2',
  ])
})

test('a slip in one key of a step does not hide what is wrong with its other keys', () => {
  assert.equal(findingsFor([{ ...request('a', { url: 'https://evil.example' }), on_empty: 'explode' }]), [
    'host_not_allowed steps.0.config.url',
    'invalid_config steps.0.on_empty',
    'schema steps.0.on_empty',
  ])
})

test('a dependency that is listed twice is told at the second place', () => {
  assert.equal(findingsFor([step('a', { dependencies: ['check', 'load', 'check'] })]), [
    'schema steps.0.dependencies.2',
  ])
  assert.equal(findingsFor([step('a', { dependencies: ['b', 'plan/b'] }), step('b')]), [
    'schema steps.0.dependencies.1',
  ])
  assert.equal(findingsFor([step('a', { dependencies: ['ghost', 'ghost'] })]), [
    'unknown_dependency steps.0.dependencies.0',
    'schema steps.0.dependencies.1',
    'unknown_dependency steps.0.dependencies.1',
  ])
})

test('a text over its limit is told where it stands', () => {
  const long = 'x'.repeat(20_001)
  assert.equal(told(judge({ ...fragmentOf([]), planning_context: { goal: 'g', reasoning: long } })), [
    'schema planning_context.reasoning',
  ])
  assert.ok(findingsFor([request('a', { body: { note: long } })]).includes('schema steps.0.config.body.note'))
})

test('a fragment that is too large is one finding', () => {
  const steps = Array.from({ length: 60 }, (_, index) => request(`a${index}`, { body: 'x'.repeat(19_000) }))
  assert.equal(findingsFor(steps), ['schema'])
})

test('what nests too deep is told, and the rest is looked at all the same', () => {
  let deep: Json = 'bottom'
  for (let level = 0; level < 100_000; level++) deep = [deep]
  assert.ok(
    findingsFor([request('a', { body: deep }), step('b', { handler: 'ghost' })]).includes(
      'unknown_handler steps.1.handler',
    ),
  )
  assert.match(findingsFor([request('a', { body: deep })]).join(), /^schema steps\.0\.config\.body\.0\.0/)
})

test('hostile keys are refused and change nothing', () => {
  const hostile: Json = JSON.parse(
    '{"__proto__": {"polluted": true}, "constructor": {"prototype": 1}, "toString": 1, "hasOwnProperty": 2}',
  )
  assert.ok(told(judge(hostile)).includes('schema __proto__'))
  const config: Json = JSON.parse(
    '{"url": "https://api.example.com/", "body": {"__proto__": {"a": 1}, "constructor": 1}}',
  )
  assert.equal(findingsFor([{ name: 'a', handler: 'http_request', config }]), ['schema steps.0.config.body.__proto__'])
  assert.is(Reflect.get({}, 'polluted'), undefined)
  assert.ok(findingsFor([step('constructor'), step('a', { dependencies: ['__proto__', 'toString'] })]).length > 0)
})

test('names of the language’s own objects are ordinary names', () => {
  assert.equal(findingsFor([step('constructor'), step('valueof', { dependencies: ['constructor'] })]), [])
  assert.equal(findingsFor([step('a', { handler: 'constructor' })]), ['unknown_handler steps.0.handler'])
})

test('what the log cannot hold is refused before it is recorded', () => {
  const nul = String.fromCharCode(0)
  const half = String.fromCharCode(0xd800)
  for (const text of [`a${nul}b`, `a${half}b`]) {
    const { findings } = judge(
      fragmentOf([request('a', { body: { note: text, [text]: 1 } }), step(text), step('b', { handler: text })]),
    )
    assert.ok(findings.some(({ path }) => path === 'steps.0.config.body.note'))
    assert.not.match(JSON.stringify(findings), /\\u0000|\\ud800/)
  }
  assert.ok(findingsFor([request('a', { body: Number.POSITIVE_INFINITY })]).includes('schema steps.0.config.body'))
})

test('more findings than anybody reads are cut, and the cut is told', () => {
  const steps = Array.from({ length: 2_000 }, (_, index) => step(`a${index}`, { handler: 'ghost' }))
  const { findings } = judge(fragmentOf(steps))
  assert.is(findings.length, 501)
  assert.match(findings.at(-1)?.message ?? '', /1501 more findings/)
})

test('a frame that does not hold its planning step lets nothing in', () => {
  const frame = { planningStep: 'ghost', steps: FRAME.steps }
  assert.equal(findingsFor([step('a', { dependencies: ['load'] })], { frame }), [
    'frame_violation convergence',
    'frame_violation steps.0.dependencies.0',
  ])
})

test.run()
