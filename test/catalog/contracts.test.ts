/** What the catalog says of its results: true of what they are, and enough to find a plan whose steps do not fit. */
import * as E from 'fp-ts/lib/Either.js'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createCatalog } from '../../catalog/catalog.js'
import { vocabularyOf } from '../../catalog/vocabulary.js'
import { NOTHING_USED } from '../../src/core/bounds.js'
import type { Json, JsonObject } from '../../src/core/json.js'
import { validateFragment } from '../../src/core/validation/validate-fragment.js'
import { BOUNDS, FRAME } from '../core/validation/proposals.js'
import { policyOf, startServer } from './http/local-server.js'
import { handlerOf, run, satisfied, withCatalog } from './run-handler.js'

const VOCABULARY = vocabularyOf(createCatalog().handlers)

const mismatches = (steps: ReadonlyArray<JsonObject>): ReadonlyArray<string> => {
  const named = steps.map((step, index): JsonObject => ({ name: `s${index}`, ...step }))
  const fragment: Json = {
    fragment_version: '1.0',
    planning_context: { goal: 'try the catalog', reasoning: 'contracts chain' },
    steps: named,
    convergence: 'merge',
  }
  const { findings } = validateFragment(fragment, FRAME, VOCABULARY, BOUNDS, NOTHING_USED)
  return findings.map(({ code, path, message }) => `${code} ${path}: ${message}`)
}

const after = (...names: ReadonlyArray<string>): JsonObject => ({ dependencies: names })

const fetch: JsonObject = { handler: 'http_request', config: { url: 'https://api.example.com/rows' } }

const transform = (config: JsonObject, ...dependencies: ReadonlyArray<string>): JsonObject => ({
  handler: 'transform',
  config,
  ...after(...dependencies),
})

test('a response has a status, headers and a body, unless something is extracted from it', () => {
  const read = (path: string) => transform({ input: `\${steps.s0.result.${path}}`, expression: '@' }, 's0')
  assert.equal(mismatches([fetch, read('body.rows[0]')]), [])
  assert.match(
    mismatches([fetch, read('data.rows')])[0] ?? '',
    'the result of "s0" (catalog:http_request) has nothing at',
  )
  const extracted = { ...fetch, config: { url: 'https://api.example.com/rows', extract: 'rows' } }
  assert.equal(mismatches([extracted, read('[0].data')]), [])
})

test('what a transform makes is known as far as its expressions are paths', () => {
  const shape = (expression: string) =>
    transform({ input: '${steps.s0.result}', mapping: { code: 'status', all: expression } }, 's0')
  const each = (items: string): JsonObject => ({
    handler: 'fan_out',
    config: { items, handler: 'transform', handler_config: { input: '${item}', expression: '@' } },
    ...after('s1'),
  })
  assert.equal(mismatches([fetch, shape('body'), each('${steps.s1.result.all}')]), [])
  assert.match(
    mismatches([fetch, shape('body'), each('${steps.s1.result.code}')])[0] ?? '',
    /takes array here, and .* is number/,
  )
  assert.match(
    mismatches([fetch, shape('bdy'), each('${steps.s1.result.all}')])[0] ?? '',
    /takes array here, and .* is null/,
  )
  assert.equal(mismatches([fetch, shape('bdy || body'), each('${steps.s1.result.all}')]), [])
  assert.match(mismatches([fetch, shape('body'), each('${steps.s1.result.other}')])[0] ?? '', 'it has: code, all')
})

test('contracts chain through any number of steps, and through what a fan-out runs', () => {
  const judge: JsonObject = {
    handler: 'validate',
    config: {
      items: '${steps.s0.result.body}',
      mode: 'partition',
      schema: { type: 'object', properties: { id: { type: 'integer' }, name: { type: 'string' } }, required: ['id'] },
    },
    ...after('s0'),
  }
  const rows = transform({ input: '${steps.s1.result.valid}', each: true, mapping: { key: 'id', label: 'name' } }, 's1')
  const each = (url: string): JsonObject => ({
    handler: 'fan_out',
    config: {
      items: '${steps.s2.result}',
      handler: 'http_request',
      handler_config: { url, timeout_seconds: '${item.key}' },
    },
    ...after('s2'),
  })
  const good = each('https://api.example.com/${item.key}')
  assert.equal(mismatches([fetch, judge, rows, good]), [])
  const [nothing] = mismatches([fetch, judge, rows, each('https://api.example.com/${item.id}')])
  assert.match(nothing ?? '', 'contract_mismatch steps.3.config.handler_config.url: the item has nothing at "id"')
  const wait = (seconds: string) => ({ handler: 'wait', config: { seconds }, ...after('s3') })
  assert.equal(mismatches([fetch, judge, rows, good, wait('${steps.s3.result[0].status}')]), [])
  assert.match(
    mismatches([fetch, judge, rows, good, wait('${steps.s3.result[*].status}')])[0] ?? '',
    'takes number here',
  )
  assert.match(
    mismatches([fetch, judge, rows, good, wait('${steps.s3.result[0].headers.etag}')])[0] ?? '',
    'catalog:wait takes number here, and ${steps.s3.result[0].headers.etag} (a result of catalog:fan_out) is string',
  )
})

test('groups and measures are known by their names', () => {
  const sums: JsonObject = {
    handler: 'aggregate',
    config: {
      items: '${steps.s0.result.body}',
      group_by: { region: 'r' },
      measures: { total: { operation: 'sum', value: 'v' } },
    },
    ...after('s0'),
  }
  const read = (path: string) => transform({ input: `\${steps.s1.result.${path}}`, expression: '@' }, 's1')
  assert.equal(mismatches([fetch, sums, read('value[0].total')]), [])
  assert.match(mismatches([fetch, sums, read('value[0].sum')])[0] ?? '', 'has nothing at "value[0].sum"')
  assert.match(mismatches([fetch, sums, read('values')])[0] ?? '', 'it has: value, counts, failures')
})

test('a chain of thousands has no findings', () => {
  const steps = Array.from({ length: 2_000 }, (_, index) =>
    index === 0
      ? fetch
      : transform({ input: `\${steps.s${index - 1}.result}`, mapping: { a: '@', b: 'a' } }, `s${index - 1}`),
  )
  const bounds = { ...BOUNDS, max_steps: 5_000, max_depth: 5_000 }
  const fragment: Json = {
    fragment_version: '1.0',
    planning_context: { goal: 'g', reasoning: 'r' },
    steps: steps.map((step, index) => ({ name: `s${index}`, ...step })),
    convergence: 'merge',
  }
  assert.equal(validateFragment(fragment, FRAME, VOCABULARY, bounds, NOTHING_USED).findings, [])
})

test(
  'what is said of a result is true of it',
  withCatalog(async (catalog) => {
    const server = await startServer((_, response) =>
      response.setHeader('content-type', 'application/json').end('{"a": 1}'),
    )
    const rows: Json = [{ id: 1, r: 'x' }, { id: 2, r: 'y' }, { r: 'x' }]
    const cases: ReadonlyArray<readonly [string, JsonObject]> = [
      ['http_request', { url: `${server.origin}/` }],
      ['transform', { input: rows, each: true, mapping: { id: 'id', nothing: 'x.y' } }],
      ['transform', { input: { a: [1] }, expression: 'a[0]' }],
      ['validate', { items: rows, schema: { type: 'object' } }],
      ['validate', { items: rows, schema: { required: ['id'] }, mode: 'flag' }],
      ['validate', { items: rows, schema: { required: ['id'] }, mode: 'partition' }],
      ['aggregate', { items: rows, operation: 'collect' }],
      ['aggregate', { items: rows, operation: 'count', value: 'id' }],
      ['aggregate', { items: rows, operation: 'avg', value: 'id' }],
      [
        'aggregate',
        {
          items: rows,
          group_by: { r: 'r' },
          measures: { n: { operation: 'count' }, s: { operation: 'sum', value: 'id' } },
        },
      ],
    ]
    const schemaOf = (value: Json): Json => (Array.isArray(value) ? { type: 'array' } : { type: 'object' })
    for (const [name, config] of cases) {
      const handler = handlerOf(catalog, name)
      const result = (await run(handler, {
        config,
        context: { network: policyOf([server]), dependencies: { d: satisfied(1) } },
      })) as Json
      const schema = handler.capability.outputFor?.(config, {}, schemaOf)
      assert.ok(schema, name)
      const checked = await catalog.expressions.validateEach(schema ?? {}, [result])
      assert.equal(checked, E.right([[]]), `${name} ${JSON.stringify(config)} ${JSON.stringify(result)}`)
    }
    await server.close()
  }),
)

test.run()
