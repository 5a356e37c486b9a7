/** `catalog:validate`: elements held against a JSON Schema, and what becomes of those that do not fit. */
import * as t from 'io-ts'
import { closed } from '../src/core/closed.js'
import { described, listOf, oneOf } from '../src/core/described.js'
import { json, jsonObject } from '../src/core/events/codecs.js'
import { isJsonObject, type Json, type JsonObject } from '../src/core/json.js'
import { jsonSchemaOf } from '../src/core/json-schema.js'
import { MAX_ITEMS, MAX_LISTED_FAILURES } from '../src/core/limits.js'
import type { SchemaFault } from '../src/ports/expressions.js'
import { StepFailure } from '../src/ports/handler.js'
import { defineHandler } from './define-handler.js'
import { items } from './fields.js'
import { ANYTHING, arrayOf, objectOf } from './result-schema.js'
import type { CatalogTools } from './tools.js'
import { EXPRESSION_ERRORS, isList, NOT_A_LIST, orFail, resultsByName } from './working-data.js'

const config = closed(
  {
    schema: described(jsonObject, 'JSON Schema of one element; $ref only to "#/$defs/…", patterns without lookaround.'),
  },
  {
    items: items(
      'The elements. Absent, the result of the only dependency: its elements, or itself where it is no list.',
    ),
    mode: oneOf(
      ['fail', 'flag', 'partition'],
      'fail (where absent): any fault fails the step. flag: every element with its faults. partition: valid and invalid ones apart.',
    ),
  },
)

const counts = t.type({ total: t.number, valid: t.number, invalid: t.number })

const output = t.intersection([
  t.type({ counts }),
  t.partial({
    items: t.readonlyArray(json),
    valid: t.readonlyArray(json),
    invalid: t.readonlyArray(json),
  }),
])

/** Of each mode; whatever passed fits the schema that it was held against. */
const resultSchemas = (element: JsonObject): Readonly<Record<string, JsonObject>> => {
  const counted = jsonSchemaOf(counts)
  const errors = arrayOf(objectOf({ path: { type: 'string' }, message: { type: 'string' } }))
  return {
    fail: objectOf({ counts: counted, items: arrayOf(element) }),
    flag: objectOf({
      counts: counted,
      items: arrayOf(objectOf({ item: ANYTHING, valid: { type: 'boolean' }, errors })),
    }),
    partition: objectOf({
      counts: counted,
      valid: arrayOf(element),
      invalid: arrayOf(objectOf({ index: { type: 'integer' }, item: ANYTHING, errors })),
    }),
  }
}

export const validate = ({ expressions }: CatalogTools) =>
  defineHandler({
    name: 'catalog:validate',
    summary:
      'Holds every element of a list against a JSON Schema. The result has counts {total, valid, invalid} and, by mode: fail {items}, the elements as they were; flag {items: [{item, valid, errors}]}; partition {valid: [elements], invalid: [{index, item, errors}]}. An error is {path, message}.',
    config,
    inputs: closed({}, { items: listOf(json, { maxItems: MAX_ITEMS, description: 'In place of config.items.' }) }),
    output,
    outputFor: ({ mode = 'fail', schema }) => resultSchemas(isJsonObject(schema) ? schema : ANYTHING)[String(mode)],
    errors: [
      { code: 'validation_failed', retryable: false, when: 'mode is fail and an element does not fit the schema' },
      { code: 'schema_invalid', retryable: false, when: 'the schema is none' },
      ...EXPRESSION_ERRORS,
      NOT_A_LIST,
    ],
    hints: { latency: 'fast' },
    fields: { schemas: ['schema'] },
    stepTypes: ['standard', 'batch_worker', 'deferred_convergence'],
    run: async ({ config, inputs, context }) => {
      const elements = inputs.items ?? config.items ?? elementsOf(resultsByName(context))
      const faults = orFail(await expressions.validateEach(config.schema, elements))
      const judged = elements.map((item, index) => ({ index, item, errors: errorsOf(faults[index]) }))
      return byMode(config.mode ?? 'fail', judged)
    },
  })

/** Of a single dependency its own elements; several are ambiguous, and have to be named. */
const elementsOf = (results: Json): ReadonlyArray<Json> => {
  const values = typeof results === 'object' && results !== null ? Object.values(results) : []
  const [only] = values
  if (values.length === 1 && only !== undefined) return isList(only) ? only : [only]
  throw new StepFailure('not_a_list', 'there is not exactly one dependency; say in items what is validated', {
    retryable: false,
  })
}

interface Judged {
  readonly index: number
  readonly item: Json
  readonly errors: ReadonlyArray<{ readonly path: string; readonly message: string }>
}

const errorsOf = (faults: ReadonlyArray<SchemaFault> | undefined) =>
  (faults ?? []).map(({ path, message }) => ({ path, message }))

const byMode = (mode: 'fail' | 'flag' | 'partition', judged: ReadonlyArray<Judged>): t.TypeOf<typeof output> => {
  const valid = judged.filter(({ errors }) => errors.length === 0)
  const invalid = judged.filter(({ errors }) => errors.length > 0)
  const counts = { total: judged.length, valid: valid.length, invalid: invalid.length }
  if (mode === 'flag') {
    return { counts, items: judged.map(({ item, errors }) => ({ item, valid: errors.length === 0, errors })) }
  }
  if (mode === 'partition') {
    return { counts, valid: valid.map(({ item }) => item), invalid: invalid.map((each) => ({ ...each })) }
  }
  if (invalid.length > 0) throw failed(counts, invalid)
  return { counts, items: valid.map(({ item }) => item) }
}

const failed = (counts: t.TypeOf<typeof output>['counts'], invalid: ReadonlyArray<Judged>): StepFailure => {
  const first = invalid[0]
  const shown = first?.errors[0]
  const place = shown?.path === '' ? '' : ` at "${shown?.path}"`
  return new StepFailure(
    'validation_failed',
    `${counts.invalid} of ${counts.total} elements do not fit the schema; the first is number ${first?.index}${place}: ${shown?.message}`,
    {
      retryable: false,
      details: {
        counts,
        invalid: invalid.slice(0, MAX_LISTED_FAILURES).map(({ index, errors }) => ({ index, errors })),
      },
    },
  )
}
