import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createCatalog } from '../../../catalog/catalog.js'
import { defineHandler } from '../../../catalog/define-handler.js'
import { vocabularyOf } from '../../../catalog/vocabulary.js'
import { closed } from '../../../src/core/closed.js'
import type { Json, JsonObject } from '../../../src/core/json.js'
import { parseTemplate } from '../../../src/core/template/parse.js'
import type { TemplateProblem } from '../../../src/core/template/problem.js'

const test = suite('contracts of a template')

const vocabulary = vocabularyOf([
  ...createCatalog().handlers,
  defineHandler({ name: 'count', output: closed({ total: t.number }), run: () => ({ total: 1 }) }),
  defineHandler({ name: 'greet', inputs: closed({ name: t.string }), run: () => null }),
  defineHandler({ name: 'undo', inputs: closed({ step: t.string, result: t.unknown }), run: () => null }),
])

const step = (name: string, callable: string, more: JsonObject = {}, initialization: JsonObject = {}): JsonObject => ({
  name,
  handler: { callable, initialization },
  ...more,
})

const problems = (steps: ReadonlyArray<Json>, more: JsonObject = {}): ReadonlyArray<TemplateProblem> => {
  const parsed = parseTemplate({ name: 'order', steps, ...more }, vocabulary, { digest: 'sha256:0' })
  return E.isLeft(parsed) ? parsed.left : []
}

const found = (steps: ReadonlyArray<Json>, more: JsonObject = {}): ReadonlyArray<string> =>
  problems(steps, more).map(({ code, path }) => `${code} ${path}`)

const after = (...dependencies: ReadonlyArray<string>) => ({ dependencies })

test('what a step needs as an input is what the step before it gives, and both ends are named', () => {
  const greeting = (name: Json) => [step('sum', 'count'), step('hail', 'greet', { ...after('sum'), inputs: { name } })]
  assert.equal(found(greeting('${task.context.name}')), [])
  const [problem, ...others] = problems(greeting('${steps.sum.result.total}'))
  assert.equal([problem?.code, problem?.path, others], ['contract_mismatch', 'steps.1.inputs.name', []])
  assert.match(
    problem?.message ?? '',
    'greet takes string here, and ${steps.sum.result.total} (a result of count) is number',
  )
})

test('a reference to what a result cannot hold is told with what it does hold', () => {
  const [problem] = problems([
    step('sum', 'count'),
    step('shape', 'catalog:transform', after('sum'), { input: '${steps.sum.result.totals}', expression: '@' }),
  ])
  assert.equal([problem?.code, problem?.path], ['contract_mismatch', 'steps.1.handler.initialization.input'])
  assert.match(problem?.message ?? '', 'the result of "sum" (count) has nothing at "totals"; it has: total')
})

test('contracts chain through expressions, references and fan-outs, in whatever order the steps are written', () => {
  const steps = (input: string) => [
    step('each', 'catalog:fan_out', after('judge'), {
      items: '${steps.judge.result.valid}',
      handler: 'catalog:transform',
      handler_config: { input: '${item.id}', expression: '@' },
    }),
    step(
      'judge',
      'catalog:validate',
      { ...after('shape'), inputs: { items: input } },
      { schema: {}, mode: 'partition' },
    ),
    step('shape', 'catalog:transform', after('fetch'), {
      input: '${steps.fetch.result.body}',
      mapping: { ids: '[].id', first: '[0]' },
    }),
    step('fetch', 'catalog:http_request', {}, { url: 'https://api.example.com/orders' }),
  ]
  assert.equal(found(steps('${steps.shape.result.ids}')), [])
  assert.equal(found(steps('${steps.shape.result.id}')), ['contract_mismatch steps.1.inputs.items'])
  assert.equal(found(steps('${steps.shape.result}')), ['contract_mismatch steps.1.inputs.items'])
})

test('an input that a handler needs and one that it does not take are told', () => {
  assert.equal(found([step('a', 'greet')]), ['contract_mismatch steps.0.inputs.name'])
  assert.equal(found([step('a', 'greet', { inputs: { name: 'Ada', nmae: 'Ada' } })]), [
    'contract_mismatch steps.0.inputs.nmae',
  ])
})

test('what the author says of the input and of a result counts as known', () => {
  const schema = {
    type: 'object',
    additionalProperties: false,
    properties: { name: { type: 'string' }, age: { type: 'number' } },
  }
  const input = (reference: string) =>
    found([step('a', 'greet', { inputs: { name: reference } })], { input_schema: schema })
  assert.equal(input('${task.context.name}'), [])
  assert.equal(input('${task.context.age}'), ['contract_mismatch steps.0.inputs.name'])
  assert.equal(input('${task.context.surname}'), ['contract_mismatch steps.0.inputs.name'])
  const result = (kind: string) =>
    found([
      step(
        'a',
        'catalog:transform',
        { result_schema: { type: 'object', properties: { x: { type: kind } } } },
        { expression: '@' },
      ),
      step('b', 'greet', { ...after('a'), inputs: { name: '${steps.a.result.x}' } }),
    ])
  assert.equal(result('string'), [])
  assert.equal(result('array'), ['contract_mismatch steps.1.inputs.name'])
})

test('a compensation reads the result that it undoes, and its own inputs come from the system', () => {
  const undone = (block: JsonObject) => found([step('a', 'count', { on_failure: block }), step('b', 'count')])
  assert.equal(undone({ callable: 'undo' }), [])
  assert.equal(
    undone({ callable: 'catalog:transform', initialization: { input: '${steps.a.result.sum}', expression: '@' } }),
    ['contract_mismatch steps.0.on_failure.initialization.input'],
  )
})

test('steps that wait for each other are told as that, and nothing is asked of their results for ever', () => {
  const codes = problems([
    step('a', 'greet', { ...after('b'), inputs: { name: '${steps.b.result}' } }),
    step('b', 'greet', { ...after('a'), inputs: { name: '${steps.a.result}' } }),
  ]).map(({ code }) => code)
  assert.equal(codes, ['cycle'])
})

test('steps whose results a planner is shown are steps that come before', () => {
  const bounds = { max_steps: 9, max_depth: 3, max_fan_out: 3, max_phases: 2, max_planner_calls: 2 }
  const planned = (...names: ReadonlyArray<string>) =>
    found(
      [
        step('load', 'count'),
        step('aside', 'count'),
        step('plan', 'catalog:plan', after('load'), { goal: 'more', context_from: names }),
        step('end', 'catalog:aggregate', { ...after('plan'), type: 'deferred_convergence' }, { operation: 'collect' }),
      ],
      { bounds },
    )
  assert.equal(planned('load'), [])
  assert.equal(planned('laod', 'load', 'aside', 'end'), [
    'dangling_reference steps.2.handler.initialization.context_from.0',
    'dangling_reference steps.2.handler.initialization.context_from.2',
    'dangling_reference steps.2.handler.initialization.context_from.3',
  ])
})

test.run()
