/** `catalog:decide`: which of the steps below are created, by the first rule whose expression holds. */
import type * as t from 'io-ts'
import { closed } from '../src/core/closed.js'
import { listOf, text } from '../src/core/described.js'
import { isJsonObject, type Json } from '../src/core/json.js'
import { MAX_NAME_CHARS, MAX_RULES } from '../src/core/limits.js'
import { outcome } from '../src/ports/handler.js'
import { defineHandler } from './define-handler.js'
import { data, expression, stepName } from './fields.js'
import type { CatalogTools } from './tools.js'
import { EXPRESSION_ERRORS, isList, orFail, WHERE_DATA_COMES_FROM, workingData } from './working-data.js'

const names = (description: string) => listOf(stepName, { maxItems: 500, description })

const rule = closed(
  {
    when: expression('Over the input. It holds unless it is null, false, or an empty text, list or object.'),
    create: names('Steps that depend on this one, by name; an empty list creates none.'),
  },
  { name: text({ maxChars: MAX_NAME_CHARS, description: 'Recorded with the decision.' }) },
)

const config = closed(
  { rules: listOf(rule, { minItems: 1, maxItems: MAX_RULES, description: 'The first that holds decides.' }) },
  {
    input: data(`What is decided on. ${WHERE_DATA_COMES_FROM}`),
    default: names('Created where no rule holds; absent, none is.'),
  },
)

type Rule = t.TypeOf<typeof rule>

export const decide = ({ expressions }: CatalogTools) =>
  defineHandler({
    name: 'catalog:decide',
    summary:
      'Creates some of the steps that depend on it and leaves out the others: the first rule whose expression holds names them. The result is {rule, index, create}: name and number of the rule (null where none held), and the names.',
    config,
    inputs: closed({}, { input: data('In place of config.input.') }),
    output: closed({ rule: data('Name or null.'), index: data('Number from 0, or null.'), create: names('Created.') }),
    errors: EXPRESSION_ERRORS,
    hints: { latency: 'fast' },
    fields: { expressions: ['rules.*.when'], stepNames: ['rules.*.create.*', 'default.*'] },
    stepTypes: ['decision'],
    run: async ({ config, inputs, context }) => {
      const input = workingData(inputs.input, config.input, context)
      const index = await firstThatHolds(config.rules, input, expressions)
      const matched = index === undefined ? undefined : config.rules[index]
      const create = matched?.create ?? config.default ?? []
      return outcome({
        kind: 'decided',
        create,
        result: { value: { rule: matched?.name ?? null, index: index ?? null, create } },
      })
    },
  })

/** One after the other, because a later rule may rely on an earlier one not to hold. */
const firstThatHolds = async (
  rules: ReadonlyArray<Rule>,
  input: Json,
  expressions: CatalogTools['expressions'],
): Promise<number | undefined> => {
  for (const [index, { when }] of rules.entries()) {
    if (holds(orFail(await expressions.evaluate(when, input)))) return index
  }
  return undefined
}

/** JMESPath's own truth: zero is true. */
export const holds = (value: Json): boolean => {
  if (value === null || value === false || value === '') return false
  if (isList(value)) return value.length > 0
  return !isJsonObject(value) || Object.keys(value).length > 0
}
