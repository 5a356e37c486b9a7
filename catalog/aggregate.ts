/** `catalog:aggregate`: many results into one, over dependencies and their instances or over a list, in groups or whole. */
import * as t from 'io-ts'
import { closed } from '../src/core/closed.js'
import { described, integer, listOf, mapOf, oneOf, quantity, ruled } from '../src/core/described.js'
import { isJsonObject, type Json, type JsonObject } from '../src/core/json.js'
import { jsonSchemaOf } from '../src/core/json-schema.js'
import { MAX_ITEMS, MAX_MAPPINGS } from '../src/core/limits.js'
import { holds } from './decide.js'
import { defineHandler } from './define-handler.js'
import { data, expression, items, stepName } from './fields.js'
import { checkThreshold, flattened, gather, listed } from './gathered.js'
import { byKeys, grouped } from './grouped.js'
import { measure, OPERATIONS, type Weighed } from './measure.js'
import { ANYTHING, arrayOf, objectOf } from './result-schema.js'
import type { CatalogTools } from './tools.js'
import { EXPRESSION_ERRORS, listIn, NOT_A_LIST, orFail } from './working-data.js'

const operation = oneOf(
  OPERATIONS,
  'collect: the list of the values; merge: one object of all; count: how many values are not null; sum, avg, min, max.',
)
const value = expression('Over an element; @, the element itself, where absent.')
const weight = expression('Over an element; for avg alone: sum of value × weight by sum of weight.')

const measureCodec = closed({ operation }, { value, weight })

const codec = closed(
  {},
  {
    items: items(
      'The elements; or the input named items. Absent, the results of the dependencies, of a fan-out those of its instances.',
    ),
    from: listOf(stepName, { minItems: 1, maxItems: 500, description: 'Only these dependencies; absent, all.' }),
    flatten: described(t.boolean, 'Lists among the elements give their own elements.'),
    where: expression('Over an element: only those for which it holds are used.'),
    group_by: mapOf(expression('Over an element.'), {
      minKeys: 1,
      maxKeys: 10,
      description: 'Names to expressions: elements that agree in all of them are one group.',
    }),
    operation,
    value,
    weight,
    measures: mapOf(measureCodec, { minKeys: 1, maxKeys: MAX_MAPPINGS, description: 'Several operations, by name.' }),
    max_failures: integer({
      min: 0,
      max: MAX_ITEMS,
      description: 'The step fails where more dependencies or instances failed.',
    }),
    max_failure_ratio: quantity({ min: 0, max: 1, description: 'The same as a share of all.' }),
  },
)

const config = ruled(
  codec,
  'Either operation (with value and weight) or measures. weight belongs to avg.',
  ({ operation: one, measures, value: of, weight: by }) => {
    if (one === undefined && measures === undefined) {
      return { at: 'operation', message: 'is missing; write operation or measures' }
    }
    if (measures !== undefined && (one !== undefined || of !== undefined || by !== undefined)) {
      return { at: 'measures', message: 'stands beside operation, value or weight; put these into a measure' }
    }
    const weighed = one === undefined ? Object.values(measures ?? {}) : [{ operation: one, weight: by }]
    return weighed.some((each) => each.weight !== undefined && each.operation !== 'avg')
      ? { at: one === undefined ? 'measures' : 'weight', message: 'has a weight without avg; leave out the weight' }
      : undefined
  },
)

type Config = t.TypeOf<typeof config>
type Measure = t.TypeOf<typeof measureCodec>

const output = closed({
  value: data(
    'With operation its value; with measures an object of them; with group_by a list of {the group’s keys, value or the measures}, in the order of the keys.',
  ),
  counts: described(
    t.type({ elements: t.number, used: t.number, failed: t.number, absent: t.number }),
    'used: those for which where holds; failed and absent: dependencies and instances.',
  ),
  failures: described(
    t.readonlyArray(t.type({ name: t.string, code: t.string, message: t.string })),
    'What failed, up to a hundred.',
  ),
})

export const aggregate = ({ expressions }: CatalogTools) =>
  defineHandler({
    name: 'catalog:aggregate',
    summary:
      'Brings many results together: collect, merge, count, sum, avg (weighted too), min, max, over a list or over the dependencies and their instances, whole or by group. The result is {value, counts: {elements, used, failed, absent}, failures: [{name, code, message}]}. In a deferred_convergence step with tolerate_failures it also sees what failed, and max_failures or max_failure_ratio says how much may.',
    config,
    inputs: closed({}, { items: data('A list, in place of config.items.') }),
    output,
    outputFor: (config) => withValue(valueSchema(config)),
    errors: [
      {
        code: 'too_many_failures',
        retryable: false,
        when: 'more failed than max_failures or max_failure_ratio allows',
      },
      { code: 'unfit_value', retryable: false, when: 'a value is none that the operation can take' },
      { code: 'unknown_dependency', retryable: false, when: 'from names what is no dependency' },
      ...EXPRESSION_ERRORS,
      NOT_A_LIST,
    ],
    hints: { latency: 'fast' },
    fields: {
      expressions: ['where', 'value', 'weight', 'group_by.*', 'measures.*.value', 'measures.*.weight'],
    },
    stepTypes: ['standard', 'batch_worker', 'deferred_convergence'],
    run: async ({ config, inputs, context }) => {
      const gathered = gather(context, config.from)
      checkThreshold(gathered, config)
      const given = inputs.items ?? config.items
      const found = given === undefined ? gathered.results : listIn(given, 'items')
      const elements = config.flatten === true ? flattened(found) : found
      const rows = await rowsOf(config, elements, expressions)
      return {
        value: aggregated(config, rows),
        counts: {
          elements: elements.length,
          used: rows.length,
          failed: gathered.failures.length,
          absent: gathered.absent,
        },
        failures: listed(gathered.failures),
      }
    },
  })

const OUTPUT = jsonSchemaOf(output)

const withValue = (value: Json): JsonObject => {
  const properties = isJsonObject(OUTPUT.properties) ? OUTPUT.properties : {}
  return { ...OUTPUT, properties: { ...properties, value } }
}

/** Of a configuration as it was written. */
const valueSchema = ({ operation: one = 'collect', measures, group_by: groups }: JsonObject): Json => {
  if ([measures, groups].some((written) => written !== undefined && !isJsonObject(written))) return ANYTHING
  const several = isJsonObject(measures)
    ? Object.fromEntries(
        Object.entries(measures).map(([name, each]) => [
          name,
          schemaOfOperation(isJsonObject(each) ? each.operation : null),
        ]),
      )
    : undefined
  if (!isJsonObject(groups)) return several === undefined ? schemaOfOperation(one) : objectOf(several)
  const keys = Object.fromEntries(Object.keys(groups).map((name) => [name, ANYTHING]))
  return arrayOf(objectOf({ ...keys, ...(several ?? { value: schemaOfOperation(one) }) }))
}

const schemaOfOperation = (one: Json | undefined): Json => {
  if (one === 'count') return { type: 'integer' }
  if (one === 'collect') return { type: 'array' }
  if (one === 'sum') return { type: 'number' }
  if (one === 'avg') return { type: ['number', 'null'] }
  return one === 'merge' ? { type: 'object' } : ANYTHING
}

/** An element that is used: the keys of its group, and what each measure takes of it, in their order. */
interface Row {
  readonly keys: ReadonlyArray<Json>
  readonly measured: ReadonlyArray<Weighed>
}

const measuresOf = (config: Config): Readonly<Record<string, Measure>> => {
  if (config.measures !== undefined) return config.measures
  const { operation: one = 'collect', value: of, weight: by } = config
  return {
    value: { operation: one, ...(of === undefined ? {} : { value: of }), ...(by === undefined ? {} : { weight: by }) },
  }
}

/** All expressions over all elements in one crossing. */
const rowsOf = async (
  config: Config,
  elements: ReadonlyArray<Json>,
  expressions: CatalogTools['expressions'],
): Promise<ReadonlyArray<Row>> => {
  const groupings = Object.values(config.group_by ?? {})
  const measures = Object.values(measuresOf(config))
  const written = [
    ...(config.where === undefined ? [] : [config.where]),
    ...groupings,
    ...measures.flatMap((each) => [each.value ?? '@', ...(each.weight === undefined ? [] : [each.weight])]),
  ]
  const found = orFail(await expressions.evaluateAll(written, elements))
  return found.flatMap((columns): ReadonlyArray<Row> => {
    const left = [...columns]
    if (config.where !== undefined && !holds(left.shift() ?? null)) return []
    const keys = left.splice(0, groupings.length)
    const measured = measures.map((each) => ({
      value: left.shift() ?? null,
      weight: each.weight === undefined ? undefined : (left.shift() ?? null),
    }))
    return [{ keys, measured }]
  })
}

const aggregated = (config: Config, rows: ReadonlyArray<Row>): Json => {
  const names = Object.keys(config.group_by ?? {})
  if (config.group_by === undefined) {
    const whole = measured(config, rows)
    return config.measures === undefined ? (whole.value ?? null) : whole
  }
  return grouped(rows)
    .sort((left, right) => byKeys(left.keys, right.keys))
    .map(({ keys, members }) => ({
      ...Object.fromEntries(names.map((name, index) => [name, keys[index] ?? null])),
      ...measured(config, members),
    }))
}

const measured = (config: Config, rows: ReadonlyArray<Row>): JsonObject =>
  Object.fromEntries(
    Object.entries(measuresOf(config)).map(([name, { operation: one }], index) => [
      name,
      measure(
        one,
        rows.flatMap((row) => row.measured[index] ?? []),
      ),
    ]),
  )
