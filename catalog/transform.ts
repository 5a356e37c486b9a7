/** `catalog:transform`: data into another shape, by JMESPath alone; it reads nothing but its input. */
import * as t from 'io-ts'
import { closed } from '../src/core/closed.js'
import { described, mapOf, ruled } from '../src/core/described.js'
import { isJsonObject, type Json, type JsonObject } from '../src/core/json.js'
import { MAX_MAPPINGS } from '../src/core/limits.js'
import { defineHandler } from './define-handler.js'
import { data, expression } from './fields.js'
import { type Join, joinCodec, joined } from './join.js'
import { arrayOf, elementOf, foundBy, objectOf } from './result-schema.js'
import type { CatalogTools } from './tools.js'
import { EXPRESSION_ERRORS, listIn, NOT_A_LIST, orFail, WHERE_DATA_COMES_FROM, workingData } from './working-data.js'

const codec = closed(
  {},
  {
    input: data(`What is transformed. ${WHERE_DATA_COMES_FROM}`),
    expression: expression('Over the input: its value is the result.'),
    mapping: mapOf(expression('Over the input.'), {
      minKeys: 1,
      maxKeys: MAX_MAPPINGS,
      description: 'Names to expressions: the result is an object of their values.',
    }),
    each: described(t.boolean, 'The input is a list; the result is one too.'),
    join: joinCodec,
  },
)

const config = ruled(
  codec,
  'expression or mapping, or join, or join followed by one of the two. With each: true the input is a list, and the expression or mapping is for each element.',
  ({ expression: one, mapping, join }) => {
    if (one !== undefined && mapping !== undefined) {
      return { at: 'mapping', message: 'stands beside expression; leave out one of them' }
    }
    return one === undefined && mapping === undefined && join === undefined
      ? { at: 'expression', message: 'is missing; write expression, mapping or join' }
      : undefined
  },
)

type Config = t.TypeOf<typeof config>

export const transform = ({ expressions }: CatalogTools) =>
  defineHandler({
    name: 'catalog:transform',
    summary:
      'Gives data another shape: one JMESPath expression, or a mapping of names to expressions, over the whole input or (each: true) over every element of a list. join first matches the elements of the input list with those of another list by key. No arithmetic; sums and averages are catalog:aggregate.',
    config,
    inputs: closed({}, { input: data('In place of config.input.'), with: data('In place of config.join.with.') }),
    output: data(
      'The value of the expression, or the object of the mapping; with each, a list of them; with join alone, the joined list.',
    ),
    outputFor: (config, inputs, schemaOf) => resultSchema(config, inputs, schemaOf),
    errors: [...EXPRESSION_ERRORS, NOT_A_LIST],
    hints: { latency: 'fast' },
    fields: { expressions: ['expression', 'mapping.*', 'join.left_key', 'join.right_key'] },
    stepTypes: ['standard', 'batch_worker', 'deferred_convergence'],
    run: async ({ config, inputs, context }) => {
      const input = workingData(inputs.input, config.input, context)
      const source = config.join === undefined ? input : await joinedInput(config.join, input, inputs.with, expressions)
      const shape = shapeOf(config)
      if (shape === undefined) return source
      const values = config.each === true ? listIn(source, 'the input of a transform with each: true') : [source]
      const rows = orFail(await expressions.evaluateAll(shape.expressions, values))
      const results = rows.map(shape.assemble)
      return config.each === true ? results : (results[0] ?? null)
    },
  })

/** Of a configuration as it was written: any of its values may be a reference. */
const resultSchema = (
  { input, expression: one, mapping, each, join }: JsonObject,
  { input: named }: JsonObject,
  schemaOf: (value: Json) => Json | undefined,
): JsonObject | undefined => {
  // A reference may stand for anything, and so may what follows from it.
  const isOpen = (each !== undefined && each !== true && each !== false) || typeof mapping === 'string'
  if (isOpen) return undefined
  const given = named ?? input
  const whole = join === undefined ? (given === undefined ? undefined : schemaOf(given)) : { type: 'array' }
  const data = each === true ? elementOf(whole) : whole
  const found = isJsonObject(mapping)
    ? objectOf(Object.fromEntries(Object.entries(mapping).map(([name, written]) => [name, foundBy(written, data)])))
    : foundBy(one ?? '', data)
  if (each === true) return arrayOf(found)
  return isJsonObject(found) ? found : undefined
}

const joinedInput = async (
  join: Join,
  input: Json,
  named: Json | undefined,
  expressions: CatalogTools['expressions'],
): Promise<Json> =>
  joined(join, listIn(input, 'the input of a join'), listIn(named ?? join.with ?? null, 'with'), expressions)

interface Shape {
  readonly expressions: ReadonlyArray<string>
  readonly assemble: (row: ReadonlyArray<Json>) => Json
}

const shapeOf = ({ expression: one, mapping }: Config): Shape | undefined => {
  if (one !== undefined) return { expressions: [one], assemble: (row) => row[0] ?? null }
  if (mapping === undefined) return undefined
  const names = Object.keys(mapping)
  return {
    expressions: Object.values(mapping),
    assemble: (row): JsonObject => Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])),
  }
}
