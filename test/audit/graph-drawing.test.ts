import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { drawGraph } from '../../src/audit/graph-drawing.js'
import { plannedGraph } from '../../src/audit/planned-graph.js'
import { happened, materialized, step } from '../demo/happenings.js'

const drawn = (...steps: ReadonlyArray<ReturnType<typeof step>>): ReadonlyArray<string> =>
  drawGraph(plannedGraph([materialized('1', 'template', null, steps)])).map((line) => line.replace(/ +\S+$/, ''))

test('a chain is one column', () => {
  assert.equal(drawn(step('a'), step('b', ['a']), step('c', ['b'])).slice(1), ['● a', '● b', '● c'])
})

test('branches open lanes, and the step that joins them closes these', () => {
  assert.equal(drawn(step('a'), step('b', ['a']), step('c', ['a']), step('d', ['b', 'c'])).slice(1), [
    '● a',
    '├─● b',
    '● │ c',
    '╰─● d',
  ])
})

test('a lane that is only passed is crossed without a joint', () => {
  assert.equal(drawn(step('a'), step('b'), step('c', ['a']), step('d', ['b', 'c'])).slice(1), [
    '● a',
    '│ ● b',
    '● │ c',
    '╰─● d',
  ])
})

test('a dependency that goes on is a joint, one that ends here is a corner', () => {
  assert.equal(drawn(step('a'), step('b', ['a']), step('c', ['a', 'b']), step('d', ['a', 'c'])).slice(1), [
    '● a',
    '├─● b',
    '├─● c',
    '╰─● d',
  ])
})

test('each phase has its heading, and lanes run through it', () => {
  const lines = drawGraph(
    plannedGraph([
      materialized('1', 'template', null, [step('plan', [], { type: 'planning', handler: 'catalog:plan' })]),
      materialized('2', 'fragment', 'plan', [step('plan/look', [], { handler: 'catalog:http_request' })]),
    ]),
  )
  assert.equal(lines, [
    'of the template',
    '◆ plan       plan',
    '│',
    '│ planned by plan, phase 1',
    '● plan/look  http_request',
  ])
})

test('a fan-out says how many instances it made, and of what', () => {
  const lines = drawGraph(
    plannedGraph([
      materialized('1', 'template', null, [step('each', [], { handler: 'catalog:fan_out' })]),
      happened('2', 'fan-out-planned', { step: 'each', attempt: 1, instances: 1 }),
      materialized('3', 'fan-out', 'each', [
        step('each[0]', ['each'], { instanceOf: 'each', handler: 'catalog:http_request' }),
      ]),
    ]),
  )
  assert.is(lines.at(-1), '● each  fan_out → 1 × http_request')
})

test.run()
