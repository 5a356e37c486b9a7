import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createCatalog } from '../../catalog/catalog.js'
import { defineHandler } from '../../catalog/define-handler.js'
import { capabilitySchemaOf, DuplicateHandler, vocabularyOf } from '../../catalog/vocabulary.js'
import type { JsonObject } from '../../src/core/json.js'

const { handlers } = createCatalog()
const own = defineHandler({ name: 'own', summary: 'Mine.', run: () => null })

test('the same handlers have the same digest, in whatever order they come', () => {
  const digest = vocabularyOf([...handlers, own]).digest
  assert.match(digest, /^sha256:[0-9a-f]{64}$/)
  assert.is(vocabularyOf([own, ...handlers.toReversed()]).digest, digest)
  assert.is.not(vocabularyOf(handlers).digest, digest)
})

test('two handlers of one name are refused', () => {
  assert.throws(
    () => vocabularyOf([own, defineHandler({ name: 'own', run: () => 1 })]),
    (error: unknown) => error instanceof DuplicateHandler && error.callable === 'own',
  )
})

test('the capability schema tells of every handler what a planner needs', () => {
  const schema = capabilitySchemaOf(vocabularyOf(handlers))
  const told = schema.handlers as ReadonlyArray<JsonObject>
  assert.equal(
    told.map(({ handler }) => handler),
    [
      'catalog:aggregate',
      'catalog:decide',
      'catalog:fan_out',
      'catalog:gate',
      'catalog:http_request',
      'catalog:notify',
      'catalog:persist',
      'catalog:plan',
      'catalog:transform',
      'catalog:validate',
      'catalog:wait',
    ],
  )
  for (const { handler, summary, config, hints, errors } of told) {
    assert.ok(String(summary).length > 40, String(handler))
    assert.is((config as JsonObject).additionalProperties, false, String(handler))
    assert.ok(hints !== undefined && Array.isArray(errors), String(handler))
  }
})

test('making the catalog starts nothing, so it may be made to be read', () => {
  const resources = process.getActiveResourcesInfo().filter((name) => name !== 'Timeout' && !name.includes('Wrap'))
  assert.equal(resources, [])
})

test('every special field of the catalog can be written', () => {
  for (const { capability } of handlers) {
    const paths = Object.values(capability.fields).flat()
    const keys = Object.keys((capability.configSchema.properties ?? {}) as JsonObject)
    for (const path of paths) {
      const first = typeof path === 'string' ? path.split('.')[0] : path.handler
      assert.ok(keys.includes(first ?? ''), `${capability.callable} ${String(first)}`)
    }
  }
})

test.run()
