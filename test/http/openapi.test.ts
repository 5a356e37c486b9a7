import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
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

/** The official JSON Schema of OpenAPI 3.1, as an independent validator ships it. */
const faultsIn = async (document: object): Promise<unknown> => {
  const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(document)))
  return valid ? [] : errors
}

test('the document is what the official schema of OpenAPI 3.1 asks for, and the schema finds what is not', () =>
  served(async ({ get }) => {
    const { body: document } = await get('/api/v1/openapi.json')
    assert.equal(await faultsIn(document), [])
    const broken: ReadonlyArray<(written: typeof document) => void> = [
      (written) => delete written.info.version,
      (written) => delete written.paths['/api/v1/tasks'].get.responses['200'].description,
      (written) => {
        written.paths['/api/v1/tasks'].get.parameters[0].in = 'nowhere'
      },
      (written) => {
        written.components.securitySchemes.key.type = 'secret'
      },
    ]
    for (const breaks of broken) {
      const copy = JSON.parse(JSON.stringify(document))
      breaks(copy)
      assert.is.not(JSON.stringify(await faultsIn(copy)), '[]', String(breaks))
    }
  }))

test('every schema in it is JSON Schema 2020-12 in which no key is unknown', () =>
  served(async ({ get }) => {
    const { body: document } = await get('/api/v1/openapi.json')
    const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, validateFormats: false })
    ajv.addVocabulary(['components'])
    const { components } = document
    let count = 0
    for (const schema of schemasIn(document)) {
      assert.not.throws(() => ajv.compile({ ...schema, components }), JSON.stringify(schema))
      count += 1
    }
    assert.ok(count > 200, `${count} schemas`)
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

/** Of parameters, bodies and answers, and those that have a name. */
function* schemasIn(value: unknown): Generator<object> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, member] of Object.entries(value)) {
    if (key === 'schema') yield Object(member)
    else if (key === 'schemas') yield* Object.values<object>(Object(member))
    else yield* schemasIn(member)
  }
}

function* referencesIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, member] of Object.entries(value)) {
    if (key === '$ref') yield String(member)
    else yield* referencesIn(member)
  }
}

test.run()
