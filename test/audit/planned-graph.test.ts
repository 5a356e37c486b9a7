import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { plannedGraph } from '../../src/audit/planned-graph.js'
import { happened, materialized, step } from '../demo/happenings.js'

test('a fragment’s first steps hang from the planning step that made them', () => {
  const graph = plannedGraph([
    materialized('1', 'template', null, [step('plan', [], { type: 'planning' })]),
    materialized('2', 'fragment', 'plan', [step('plan/look')]),
  ])
  assert.equal(
    graph.map(({ name, phase, dependencies }) => ({ name, phase, dependencies })),
    [
      { name: 'plan', phase: '', dependencies: [] },
      { name: 'plan/look', phase: 'plan', dependencies: ['plan'] },
    ],
  )
})

test('instances of a fan-out are counted on it and not listed', () => {
  const graph = plannedGraph([
    materialized('1', 'template', null, [step('each', [], { handler: 'catalog:fan_out' })]),
    happened('2', 'fan-out-planned', { step: 'each', attempt: 1, instances: 2 }),
    materialized('3', 'fan-out', 'each', [
      step('each[0]', ['each'], { instanceOf: 'each', handler: 'catalog:http_request' }),
      step('each[1]', ['each'], { instanceOf: 'each', handler: 'catalog:http_request' }),
    ]),
  ])
  assert.is(graph.length, 1)
  assert.is(graph[0]?.instances, 2)
  assert.is(graph[0]?.instanceHandler, 'catalog:http_request')
})

test('keys that all steps of an event share belong to each of them', () => {
  const bare = { name: 'a' } as ReturnType<typeof step>
  const graph = plannedGraph([
    materialized('1', 'template', null, [bare], {
      shared: { type: 'standard', handler: 'catalog:transform', dependencies: [] },
    }),
  ])
  assert.is(graph[0]?.handler, 'catalog:transform')
})

test('a convergence stands below the steps that were attached to it later', () => {
  const graph = plannedGraph([
    materialized('1', 'template', null, [
      step('plan', [], { type: 'planning' }),
      step('collect', ['plan'], { type: 'deferred_convergence' }),
    ]),
    materialized('2', 'fragment', 'plan', [step('plan/last')], {
      attach: { convergence: 'collect', terminals: ['plan/last'] },
    }),
  ])
  assert.equal(
    graph.map(({ name }) => name),
    ['plan', 'plan/last', 'collect'],
  )
  assert.equal(graph[2]?.dependencies, ['plan', 'plan/last'])
})

test.run()
