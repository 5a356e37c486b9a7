import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createExpressions } from '../../catalog/expressions/evaluator.js'
import type { Json, JsonObject } from '../../src/core/json.js'
import type { Expressions } from '../../src/ports/expressions.js'
import { StepFailure } from '../../src/ports/handler.js'
import { resolveConfig, type Unresolved } from '../../src/worker/resolve.js'

interface Context {
  expressions: Expressions
  crossings: string[][]
}

const test = suite<Context>('resolution of references')

test.before.each((context) => {
  const evaluator = createExpressions()
  const crossings: string[][] = []
  context.crossings = crossings
  context.expressions = {
    ...evaluator,
    evaluateAll: (expressions, values) => {
      crossings.push([...expressions])
      return evaluator.evaluateAll(expressions, values)
    },
  }
})
test.after.each(({ expressions }) => expressions.close())

const RESULTS: Readonly<Record<string, Json>> = {
  fetch: {
    rows: [
      { id: 1, name: 'Turkey' },
      { id: 2, name: 'Hong Kong, China' },
    ],
    total: 2,
    none: null,
    up: '..',
    empty: '',
  },
  'plan/fetch': 'inner',
}

const FIELDS = {
  urls: ['url'],
  secrets: ['headers.*'],
  expressions: [],
  schemas: [],
  nested: [{ handler: 'handler', config: 'handler_config', inputs: 'handler_inputs' }],
  stepNames: [],
  connections: [],
}

const resolve = (config: JsonObject, expressions: Expressions, others: Partial<Unresolved> = {}) =>
  resolveConfig({
    config,
    inputs: {},
    step: 'use',
    input: { year: 1955, nested: { list: [1, 2] } },
    resultOf: async (name) => RESULTS[name],
    secrets: async (name) => (name === 'TOKEN' ? { value: 's3cret', hosts: ['api.example.com'] } : undefined),
    fields: FIELDS,
    expressions,
    ...others,
  })

const codeOf = async (resolving: Promise<unknown>): Promise<string> => {
  try {
    await resolving
    return 'resolved'
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error
    assert.is(error.retryable, false)
    return error.code
  }
}

test('a configuration without references is returned as it is', async ({ expressions }) => {
  const config = { a: 1, b: { c: ['x', '$5', '{y}'] } }
  const resolved = await resolve(config, expressions)
  assert.is(resolved.config, config)
  assert.is(resolved.mask('s3cret'), 's3cret')
})

test('a string that is exactly one reference keeps its JSON type', async ({ expressions, crossings }) => {
  const { config } = await resolve(
    {
      all: '${steps.fetch.result}',
      one: '${steps.fetch.result.rows[1].id}',
      year: '${task.context.year}',
      missing: '${steps.fetch.result.rows[7].id}',
      deep: [{ inner: '${task.context.nested.list}' }],
    },
    expressions,
  )
  assert.equal(config, {
    all: RESULTS.fetch,
    one: 2,
    year: 1955,
    missing: null,
    deep: [{ inner: [1, 2] }],
  })
  assert.equal(crossings, [])
})

test('inside a longer string a value is written out, and an escape is no reference', async ({ expressions }) => {
  const { config } = await resolve(
    { text: 'in ${task.context.year}: ${task.context.nested.list}', escaped: 'costs $${steps.x.result}' },
    expressions,
  )
  assert.equal(config, { text: 'in 1955: [1,2]', escaped: 'costs ${steps.x.result}' })
})

test('what is more than a simple path crosses once for each source', async ({ expressions, crossings }) => {
  const { config } = await resolve(
    {
      names: '${steps.fetch.result.rows[*].name}',
      ids: '${steps.fetch.result.rows[?id > `1`].id}',
      again: '${steps.fetch.result.rows[*].name}',
      count: '${task.context.length(nested.list)}',
    },
    expressions,
  )
  assert.equal(config, {
    names: ['Turkey', 'Hong Kong, China'],
    ids: [2],
    again: ['Turkey', 'Hong Kong, China'],
    count: 2,
  })
  assert.is(crossings.length, 2)
})

test('a result is asked for once, however often it is referred to', async ({ expressions }) => {
  const asked: string[] = []
  await resolve(
    { a: '${steps.fetch.result.total}', b: '${steps.fetch.result}', c: 'x${steps.fetch.result.total}' },
    expressions,
    {
      resultOf: async (name) => {
        asked.push(name)
        return RESULTS[name]
      },
    },
  )
  assert.equal(asked, ['fetch'])
})

test('what finds nothing inside a longer string fails for good', async ({ expressions }) => {
  assert.is(await codeOf(resolve({ a: 'x ${steps.fetch.result.none}' }, expressions)), 'reference_empty')
  assert.is(await codeOf(resolve({ a: '${steps.gone.result}' }, expressions)), 'dangling_reference')
  assert.is(await codeOf(resolve({ a: '${item.x}' }, expressions)), 'dangling_reference')
  assert.is(await codeOf(resolve({ a: '${stepz.fetch.result}' }, expressions)), 'reference_invalid')
  assert.is(await codeOf(resolve({ a: '${steps.fetch.result.a-b}' }, expressions)), 'expression_invalid')
})

test('references in the path and query of a URL are percent-encoded', async ({ expressions }) => {
  const { config } = await resolve(
    {
      url: 'https://api.example.com/countries/${steps.fetch.result.rows[1].name}?q=${item}&e=${steps.fetch.result.empty}',
    },
    expressions,
    { item: 'a/b&c=d#e?f@g:h' },
  )
  assert.is(config.url, 'https://api.example.com/countries/Hong%20Kong%2C%20China?q=a%2Fb%26c%3Dd%23e%3Ff%40g%3Ah&e=')
})

test('a reference cannot choose the host, nor leave its place in the path', async ({ expressions }) => {
  for (const url of [
    'https://${item}/x',
    'https://api.example.com${item}',
    '${item}://x/',
    'https://${item}.example.com/',
  ]) {
    assert.is(await codeOf(resolve({ url }, expressions, { item: '@evil.example' })), 'host_not_allowed', url)
  }
  const within = (item: string) => resolve({ url: 'https://api.example.com/a/${item}/b' }, expressions, { item })
  assert.is(await codeOf(within('..')), 'url_invalid')
  assert.is(await codeOf(within('.')), 'url_invalid')
  assert.is(await codeOf(within('')), 'reference_empty')
  assert.is((await within('../..')).config.url, 'https://api.example.com/a/..%2F../b')
  assert.is(
    await codeOf(resolve({ url: 'https://api.example.com/a/.${item}/b' }, expressions, { item: '.' })),
    'url_invalid',
  )
})

test('a URL that is one reference stands as it was found', async ({ expressions }) => {
  const { config } = await resolve({ url: '${item}' }, expressions, { item: 'https://x.example/a b' })
  assert.is(config.url, 'https://x.example/a b')
})

test('a secret stands only in fields made for it, brings its hosts, and is masked', async ({ expressions }) => {
  const resolved = await resolve({ headers: { authorization: 'Bearer ${secrets.TOKEN}' } }, expressions)
  assert.equal(resolved.config, { headers: { authorization: 'Bearer s3cret' } })
  assert.equal(resolved.secretHosts, [['api.example.com']])
  assert.is(resolved.mask('it was s3cret'), 'it was ***')
  assert.is(await codeOf(resolve({ body: '${secrets.TOKEN}' }, expressions)), 'secret_not_allowed')
  assert.is(await codeOf(resolve({ url: 'https://x.example/${secrets.TOKEN}' }, expressions)), 'secret_not_allowed')
  assert.is(await codeOf(resolve({}, expressions, { inputs: { a: '${secrets.TOKEN}' } })), 'secret_not_allowed')
  assert.is(await codeOf(resolve({ headers: { a: '${secrets.OTHER}' } }, expressions)), 'secret_unknown')
})

test('what a fan-out hands on stays as it was written', async ({ expressions }) => {
  const config = {
    items: '${steps.fetch.result.rows}',
    handler: 'catalog:http_request',
    handler_config: { url: 'https://x.example/${item.id}', headers: { a: '${secrets.TOKEN}' } },
    handler_inputs: { all: '${steps.fetch.result}' },
  }
  const resolved = await resolve(config, expressions)
  assert.equal(resolved.config, {
    ...config,
    items: [
      { id: 1, name: 'Turkey' },
      { id: 2, name: 'Hong Kong, China' },
    ],
  })
  assert.equal(resolved.secretHosts, [])
})

test('inputs are resolved as the configuration is', async ({ expressions }) => {
  const resolved = await resolve({}, expressions, { inputs: { total: '${steps.fetch.result.total}', n: 1 } })
  assert.equal(resolved.inputs, { total: 2, n: 1 })
})

test('keys that mean something to JavaScript stay ordinary keys', async ({ expressions }) => {
  const hostile: JsonObject = JSON.parse(
    '{"__proto__": {"polluted": "${task.context.year}"}, "constructor": "${item}"}',
  )
  const { config } = await resolve(hostile, expressions, { item: 1 })
  assert.is(JSON.stringify(config), '{"__proto__":{"polluted":1955},"constructor":1}')
  assert.is(Reflect.get({}, 'polluted'), undefined)
})

test.run()
