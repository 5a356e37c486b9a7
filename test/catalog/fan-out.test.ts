import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failureOf, handlerOf, problemsOf, run, withCatalog } from './run-handler.js'

const handlerConfig = { url: 'https://x.example/${item.name}' }

test(
  'each item is an instance, and what it runs stays as it was written',
  withCatalog(async (catalog) => {
    const config = { items: [{ name: 'a' }, 2], handler: 'catalog:http_request', handler_config: handlerConfig }
    assert.equal(await run(handlerOf(catalog, 'fan_out'), { config }), {
      kind: 'fanned-out',
      items: [{ name: 'a' }, 2],
      handler: 'catalog:http_request',
      config: handlerConfig,
    })
  }),
)

test(
  'a bare name is the catalog’s where the catalog has it',
  withCatalog(async (catalog) => {
    const handlerNamed = async (handler: string) =>
      ((await run(handlerOf(catalog, 'fan_out'), { config: { items: [], handler } })) as { handler: string }).handler
    assert.is(await handlerNamed('http_request'), 'catalog:http_request')
    assert.is(await handlerNamed('Payments::Charge'), 'Payments::Charge')
  }),
)

test(
  'items go in chunks, the last one with what is left',
  withCatalog(async (catalog) => {
    const config = {
      handler: 'transform',
      chunk_size: 2,
      max_concurrency: 3,
      max_attempts: 2,
      timeout_seconds: 9,
      handler_inputs: { input: '${item}' },
    }
    assert.equal(await run(handlerOf(catalog, 'fan_out'), { config, inputs: { items: [1, 2, 3] } }), {
      kind: 'fanned-out',
      items: [[1, 2], [3]],
      handler: 'catalog:transform',
      config: {},
      inputs: { input: '${item}' },
      parallelism: 3,
      retry: { maxAttempts: 2 },
      timeoutMs: 9_000,
    })
  }),
)

test(
  'no items are no instances, and what is no list is a failure',
  withCatalog(async (catalog) => {
    const fanOut = handlerOf(catalog, 'fan_out')
    const none = (await run(fanOut, { config: { handler: 'transform', items: [] } })) as { items: unknown }
    assert.equal(none.items, [])
    assert.is((await failureOf(run(fanOut, { config: { handler: 'transform' } }))).code, 'items_missing')
    const text = run(fanOut, { config: { handler: 'transform' }, inputs: { items: 'abc' } })
    assert.is((await failureOf(text)).code, 'not_a_list')
    assert.match(problemsOf(fanOut, { handler: 'transform', items: 'abc' })[0] ?? '', /^items: must be an array/)
    assert.match(problemsOf(fanOut, { handler: 'x', chunk_size: 0 })[0] ?? '', /^chunk_size: must be an integer/)
  }),
)

test.run()
