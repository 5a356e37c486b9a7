import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { JsonObject } from '../../src/core/json.js'
import type { DependencyView } from '../../src/ports/handler.js'
import { failureOf, handlerOf, problemsOf, run, satisfied, withCatalog } from './run-handler.js'

const rows = [
  { region: 'Europe', year: 2005, life: 80, pop: 10 },
  { region: 'Asia', year: 2005, life: 70, pop: 30 },
  { region: 'Asia', year: 2005, life: 60, pop: 10 },
  { region: 'Asia', year: 1955, life: 40, pop: 5 },
  { region: 'Europe', year: 1955, life: null, pop: 7 },
]

const failed = (name: string) => ({
  name,
  settlement: 'failed' as const,
  result: null,
  error: { code: 'http_status', message: `${name} answered 404` },
})

const fanOut = (fails: number, succeeds: number): DependencyView => {
  const instances = [
    ...Array.from({ length: succeeds }, (_, index) => ({
      name: `each[${index}]`,
      settlement: 'satisfied' as const,
      result: index,
    })),
    ...Array.from({ length: fails }, (_, index) => failed(`each[${succeeds + index}]`)),
  ]
  return { settlement: fails > 0 ? 'failed' : 'satisfied', result: instances.map(({ result }) => result), instances }
}

test(
  'every operation gives its one value',
  withCatalog(async (catalog) => {
    const aggregate = handlerOf(catalog, 'aggregate')
    const valueBy = async (config: JsonObject) =>
      ((await run(aggregate, { config: { items: rows, ...config } })) as { value: unknown }).value
    assert.equal(await valueBy({ operation: 'collect', value: 'life' }), [80, 70, 60, 40, null])
    assert.is(await valueBy({ operation: 'count' }), 5)
    assert.is(await valueBy({ operation: 'count', value: 'life' }), 4)
    assert.is(await valueBy({ operation: 'sum', value: 'pop' }), 62)
    assert.is(await valueBy({ operation: 'avg', value: 'life' }), 62.5)
    assert.is(await valueBy({ operation: 'min', value: 'life' }), 40)
    assert.is(await valueBy({ operation: 'max', value: 'region' }), 'Europe')
    assert.equal(await valueBy({ operation: 'merge', value: '{a: year}', where: 'region == `"Asia"`' }), { a: 1955 })
    assert.is(await valueBy({ operation: 'avg', value: 'none' }), null)
    assert.is(await valueBy({ operation: 'max', value: 'none' }), null)
  }),
)

test(
  'an average is weighted by what it is told, by group, in the order of the keys',
  withCatalog(async (catalog) => {
    const config = {
      items: rows,
      group_by: { region: 'region', year: 'year' },
      measures: {
        life: { operation: 'avg', value: 'life', weight: 'pop' },
        people: { operation: 'sum', value: 'pop' },
      },
    }
    assert.equal(((await run(handlerOf(catalog, 'aggregate'), { config })) as { value: unknown }).value, [
      { region: 'Asia', year: 1955, life: 40, people: 5 },
      { region: 'Asia', year: 2005, life: 67.5, people: 40 },
      { region: 'Europe', year: 1955, life: null, people: 7 },
      { region: 'Europe', year: 2005, life: 80, people: 10 },
    ])
  }),
)

test(
  'one operation by group stands under value, numbers in the order of their size',
  withCatalog(async (catalog) => {
    const items = [{ n: 10 }, { n: 9 }, { n: 10 }]
    const config = { items, group_by: { n: 'n' }, operation: 'count' }
    assert.equal(((await run(handlerOf(catalog, 'aggregate'), { config })) as { value: unknown }).value, [
      { n: 9, value: 1 },
      { n: 10, value: 2 },
    ])
  }),
)

test(
  'over dependencies, instances count one by one, and failures are told',
  withCatalog(async (catalog) => {
    const dependencies = {
      each: fanOut(1, 2),
      alone: satisfied(7),
      skipped: { settlement: 'absent' as const, result: null },
    }
    assert.equal(
      await run(handlerOf(catalog, 'aggregate'), { config: { operation: 'collect' }, context: { dependencies } }),
      {
        value: [0, 1, 7],
        counts: { elements: 3, used: 3, failed: 1, absent: 1 },
        failures: [{ name: 'each[2]', code: 'http_status', message: 'each[2] answered 404' }],
      },
    )
    const some = await run(handlerOf(catalog, 'aggregate'), {
      config: { operation: 'sum', from: ['alone'] },
      context: { dependencies },
    })
    assert.is((some as { value: unknown }).value, 7)
  }),
)

test(
  'too many failures fail the step, by number and by share',
  withCatalog(async (catalog) => {
    const aggregate = handlerOf(catalog, 'aggregate')
    const outcomeOf = async (config: JsonObject, each: DependencyView) => {
      const running = run(aggregate, { config: { operation: 'count', ...config }, context: { dependencies: { each } } })
      return running.then(
        () => 'aggregated',
        async () => (await failureOf(running)).code,
      )
    }
    assert.is(await outcomeOf({ max_failures: 2 }, fanOut(2, 1)), 'aggregated')
    assert.is(await outcomeOf({ max_failures: 1 }, fanOut(2, 1)), 'too_many_failures')
    assert.is(await outcomeOf({ max_failure_ratio: 0.5 }, fanOut(2, 2)), 'aggregated')
    assert.is(await outcomeOf({ max_failure_ratio: 0.5 }, fanOut(3, 2)), 'too_many_failures')
    assert.is(await outcomeOf({ max_failure_ratio: 0 }, fanOut(0, 0)), 'aggregated')
    const neverStarted: DependencyView = { settlement: 'failed', result: null, instances: [] }
    assert.is(await outcomeOf({ max_failures: 0 }, neverStarted), 'too_many_failures')
    assert.is(await outcomeOf({}, fanOut(3, 0)), 'aggregated')
  }),
)

test(
  'lists among the elements are opened where that is asked for',
  withCatalog(async (catalog) => {
    const context = { dependencies: { a: satisfied([1, 2]), b: satisfied([3]) } }
    const valueBy = async (config: JsonObject) =>
      ((await run(handlerOf(catalog, 'aggregate'), { config, context })) as { value: unknown }).value
    assert.equal(await valueBy({ operation: 'collect' }), [[1, 2], [3]])
    assert.is(await valueBy({ operation: 'sum', flatten: true }), 6)
  }),
)

test(
  'a value that the operation cannot take fails the step, since a wrong sum is worse than none',
  withCatalog(async (catalog) => {
    const codeFor = async (config: JsonObject) =>
      (await failureOf(run(handlerOf(catalog, 'aggregate'), { config }))).code
    assert.is(await codeFor({ operation: 'sum', items: [1, '2'] }), 'unfit_value')
    assert.is(await codeFor({ operation: 'max', items: [1, 'a'] }), 'unfit_value')
    assert.is(await codeFor({ operation: 'merge', items: [1] }), 'unfit_value')
    assert.is(await codeFor({ operation: 'avg', items: [{ v: 1, w: -1 }], value: 'v', weight: 'w' }), 'unfit_value')
    assert.is(await codeFor({ operation: 'count', from: ['nobody'] }), 'unknown_dependency')
  }),
)

test(
  'small numbers are not lost among large ones',
  withCatalog(async (catalog) => {
    const config = { operation: 'sum', items: [1e16, 1, -1e16, 1] }
    assert.is(((await run(handlerOf(catalog, 'aggregate'), { config })) as { value: unknown }).value, 2)
  }),
)

test(
  'a configuration says one thing or the other',
  withCatalog(async (catalog) => {
    const aggregate = handlerOf(catalog, 'aggregate')
    assert.match(problemsOf(aggregate, {})[0] ?? '', /^operation: is missing/)
    const measures = { n: { operation: 'count' } }
    assert.match(problemsOf(aggregate, { measures, operation: 'sum' })[0] ?? '', /^measures: stands beside/)
    assert.match(problemsOf(aggregate, { operation: 'sum', weight: 'w' })[0] ?? '', /^weight: has a weight without avg/)
    assert.match(problemsOf(aggregate, { operation: 'median' })[0] ?? '', /^operation: must be one of/)
  }),
)

test.run()
