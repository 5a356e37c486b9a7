/** A small vocabulary of the same build as the real one, so that each check can be tried against known contracts. */
import * as t from 'io-ts'
import type { Capability, Vocabulary } from '../../../src/core/capability.js'
import { closed } from '../../../src/core/closed.js'
import { integer, oneOf, text } from '../../../src/core/described.js'
import { json, jsonObject } from '../../../src/core/events/codecs.js'
import type { JsonObject } from '../../../src/core/json.js'
import { jsonSchemaOf } from '../../../src/core/json-schema.js'

const NO_FIELDS: Capability['fields'] = {
  urls: [],
  secrets: [],
  expressions: [],
  schemas: [],
  nested: [],
  connections: [],
  stepNames: [],
}

interface Definition {
  readonly config: t.Mixed
  readonly stepTypes?: Capability['stepTypes']
  readonly inputs?: JsonObject
  readonly output?: JsonObject
  readonly fields?: Partial<Capability['fields']>
}

export const capability = (callable: string, definition: Definition): Capability => ({
  callable,
  version: '1',
  summary: callable,
  stepTypes: definition.stepTypes ?? ['standard'],
  config: definition.config,
  configSchema: jsonSchemaOf(definition.config),
  inputs: definition.inputs ?? {},
  output: definition.output ?? {},
  errors: [],
  hints: { network: false, latency: 'fast', idempotent: true, cost: 'none' },
  fields: { ...NO_FIELDS, ...definition.fields },
})

const line = text({ maxChars: 2_000 })

const object = (properties: JsonObject, required: ReadonlyArray<string> = []): JsonObject => ({
  type: 'object',
  properties,
  ...(required.length === 0 ? {} : { required }),
  additionalProperties: false,
})

const CAPABILITIES: ReadonlyArray<Capability> = [
  capability('catalog:http_request', {
    config: closed(
      { url: line },
      {
        method: oneOf(['GET', 'POST']),
        headers: t.record(t.string, t.string),
        body: json,
        timeout_seconds: integer({ min: 1, max: 600 }),
      },
    ),
    output: object({ status: { type: 'integer' }, body: {}, headers: { type: 'object' } }),
    fields: { urls: ['url'], secrets: ['headers.*', 'body.**'] },
  }),
  capability('catalog:transform', {
    config: closed({ expression: line }),
    inputs: object({ data: {} }, ['data']),
    fields: { expressions: ['expression'] },
  }),
  capability('catalog:validate', {
    config: closed({ schema: jsonObject }, { on_invalid: oneOf(['fail', 'flag', 'partition']) }),
    inputs: object({ records: { type: 'array' }, label: { type: 'string' } }, ['records']),
    output: object({
      valid: { type: 'array', items: { type: 'object' } },
      invalid: { type: 'array' },
      count: { type: 'integer' },
    }),
    fields: { schemas: ['schema'] },
  }),
  capability('catalog:fan_out', {
    config: closed(
      { items: t.array(json), handler: line, handler_config: jsonObject },
      { chunk_size: integer({ min: 1, max: 1_000 }), handler_inputs: jsonObject },
    ),
    output: object({ instances: { type: 'integer' } }),
    fields: { nested: [{ handler: 'handler', config: 'handler_config', inputs: 'handler_inputs' }] },
  }),
  capability('catalog:aggregate', {
    config: closed({}, { expression: line }),
    stepTypes: ['standard', 'deferred_convergence'],
    fields: { expressions: ['expression'] },
  }),
  capability('catalog:decide', {
    config: closed({ rules: t.array(closed({ when: line, create: t.array(line) })) }, { otherwise: t.array(line) }),
    stepTypes: ['decision'],
    fields: { expressions: ['rules.*.when'], stepNames: ['rules.*.create.*', 'otherwise.*'] },
  }),
  capability('catalog:gate', {
    config: closed({ question: line }, { timeout_seconds: integer({ min: 1, max: 1_000_000 }) }),
    stepTypes: ['gate'],
  }),
  capability('catalog:plan', {
    config: closed({ goal: line }, { max_revisions: integer({ min: 0, max: 10 }) }),
    stepTypes: ['planning'],
  }),
  capability('catalog:wait', { config: closed({}, { seconds: integer({ min: 1, max: 1_000_000 }) }) }),
  capability('catalog:persist', { config: closed({ table: line }) }),
  capability('Orders::Ship', {
    config: jsonObject,
    stepTypes: ['standard', 'decision', 'deferred_convergence', 'batchable', 'batch_worker'],
  }),
]

const refuse = (word: string) => (written: string) =>
  written.includes(word) ? { problem: `has ${word}`, remedy: `write it without ${word}` } : undefined

export const SMALL_CATALOG: Vocabulary = {
  digest: 'sha256:small',
  capabilities: new Map(CAPABILITIES.map((one) => [one.callable, one])),
  checkExpression: (expression) =>
    refuse('-')(expression) ?? (expression === '' ? { problem: 'is empty', remedy: 'write @' } : undefined),
  checkSchema: (schema) => refuse('(a+)+')(JSON.stringify(schema)),
}
