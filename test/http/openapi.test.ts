import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createApp } from '../../src/http/app.js'
import { ROUTES } from '../../src/http/route-table.js'
import { served } from './served.js'

test('the document is OpenAPI 3.1 in its structure: ids are unique, references lead somewhere, parameters are declared', () =>
  served(async ({ get }) => {
    const { body: document } = await get('/api/v1/openapi.json')
    assert.is(document.openapi, '3.1.0')
    assert.ok(document.info.title !== '' && document.info.version !== '')
    const operations = operationsIn(document)
    const ids = operations.map(({ operation }) => operation.operationId)
    assert.equal([...new Set(ids)], ids, 'operation ids are unique')
    for (const { path, operation } of operations) {
      assert.ok(operation.summary.length > 0, operation.operationId)
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      const declared = operation.parameters.filter((one: { in: string }) => one.in === 'path')
      assert.equal(
        declared.map(({ name }: { name: string }) => name),
        inPath,
        operation.operationId,
      )
      assert.ok(
        Object.keys(operation.responses).some((status) => status.startsWith('2')),
        operation.operationId,
      )
      for (const tag of operation.tags) assert.ok(document.tags.some(({ name }: { name: string }) => name === tag))
    }
    for (const reference of referencesIn(document)) {
      const name = reference.replace('#/components/schemas/', '')
      assert.ok(name in document.components.schemas, `${reference} leads nowhere`)
    }
    for (const name of Object.keys(document.components.schemas)) {
      assert.ok([...referencesIn(document)].includes(`#/components/schemas/${name}`), `nobody refers to ${name}`)
    }
  }))

test('every route of the app is in the document, and what is in the document is a route of the app', () =>
  served(async ({ get, tasker }) => {
    const { body: document } = await get('/api/v1/openapi.json')
    const written = operationsIn(document).map(({ path, method }) => `${method} ${path}`)
    const app = createApp({ ...tasker, version: '0', logger: silent, clock, events: nothing })
    const answers = app.routes
      .filter(({ method, path }) => method !== 'ALL' && path !== '/*')
      .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`)
    assert.equal([...written].sort(), [...answers].sort())
    assert.is(written.length, ROUTES.length)
  }))

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const clock = { now: () => 0, random: () => 0, after: () => ({ cancel: () => undefined }) }
async function* nothing() {}

interface Written {
  readonly path: string
  readonly method: string
  // biome-ignore lint/suspicious/noExplicitAny: a document as it came over the wire
  readonly operation: any
}

const operationsIn = (document: { readonly paths: object }): ReadonlyArray<Written> =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(Object(methods)).map(([method, operation]) => ({ path, method, operation })),
  )

function* referencesIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, member] of Object.entries(value)) {
    if (key === '$ref') yield String(member)
    else yield* referencesIn(member)
  }
}

test.run()
