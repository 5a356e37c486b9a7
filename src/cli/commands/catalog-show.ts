/** `tasker catalog show NAME`: one handler, as planners and validation know it. */
import { capabilityPage } from '../../core/capability-page.js'
import { capabilitySchema } from '../../core/capability-schema.js'
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js'
import { didYouMean } from '../../core/near-names.js'
import { capabilityOf } from '../../core/validation/handler-names.js'
import { columns } from '../columns.js'
import type { Command } from '../command.js'
import { EXIT } from '../exit-code.js'
import type { Output } from '../output.js'
import { vocabularyFor } from '../templates.js'
import { UserError } from '../user-error.js'

export const catalogShowCommand: Command = {
  name: 'catalog show',
  summary: 'show one handler: configuration, inputs, result and errors',
  arguments: [{ name: 'NAME' }],
  options: { markdown: { type: 'boolean', summary: 'print its page of the reference' } },
  examples: [
    { command: 'tasker catalog show http_request', says: 'what an HTTP request can be told' },
    { command: 'tasker catalog show http_request --json', says: 'the same as planners are shown it' },
    { command: 'tasker catalog show http_request --markdown', says: 'its page of the reference' },
  ],
  run: async (invocation) => {
    const [name = ''] = invocation.arguments
    const vocabulary = await vocabularyFor(invocation)
    const capability = capabilityOf(vocabulary, name)
    if (capability === undefined) {
      throw new UserError({
        code: 'unknown_handler',
        message: `there is no handler "${name}"${didYouMean(name, spokenNames(vocabulary.capabilities.keys()))}`,
        remedy: 'see tasker catalog list',
      })
    }
    const schema = capabilitySchema(new Map([[capability.callable, capability]])).handlers
    const [shown] = isList(schema) ? schema : []
    if (!isJsonObject(shown)) throw new Error(`the capability schema says nothing of ${capability.callable}`)
    if (invocation.json) invocation.output.printJson(shown)
    else if (invocation.has('markdown')) invocation.output.print(capabilityPage(capability).trimEnd())
    else for (const line of linesOf(shown, invocation.output)) invocation.output.print(line)
    return EXIT.complete
  },
}

const isList = (value: Json | undefined): value is ReadonlyArray<Json> => Array.isArray(value)

const spokenNames = (callables: Iterable<string>): ReadonlyArray<string> =>
  [...callables].flatMap((callable) => [callable, callable.replace(/^catalog:/, '')])

const linesOf = (shown: JsonObject, { paint }: Output): ReadonlyArray<string> => {
  const types = isList(shown.step_types) ? shown.step_types.join(', ') : ''
  return [
    `${paint.bold(String(shown.handler))} ${paint.dim(`version ${String(shown.version)}, in steps of type ${types}`)}`,
    `  ${String(shown.summary)}`,
    ...section('configuration', propertiesOf(shown.config)),
    ...section('inputs', propertiesOf(shown.inputs)),
    ...section('result', propertiesOf(shown.output)),
    ...section('errors', errorsOf(shown.errors)),
  ]
}

const section = (title: string, rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> =>
  rows.length === 0 ? [] : ['', title, ...columns(rows)]

const propertiesOf = (schema: Json | undefined): ReadonlyArray<ReadonlyArray<string>> => {
  if (!isJsonObject(schema) || !isJsonObject(schema.properties)) return []
  const required = isList(schema.required) ? schema.required : []
  return Object.entries(schema.properties).map(([name, property]) => [
    required.includes(name) ? `${name} (required)` : name,
    kindOf(property),
    isJsonObject(property) && typeof property.description === 'string' ? property.description : '',
  ])
}

const kindOf = (schema: Json): string => {
  if (!isJsonObject(schema)) return ''
  if (isList(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (isList(schema.anyOf)) return schema.anyOf.map(kindOf).join(' | ')
  if (isList(schema.type)) return schema.type.join(' | ')
  return typeof schema.type === 'string' ? schema.type : 'any'
}

const errorsOf = (errors: Json | undefined): ReadonlyArray<ReadonlyArray<string>> =>
  (isList(errors) ? errors : [])
    .filter(isJsonObject)
    .map((error) => [String(error.code), error.retryable === true ? 'retried' : 'final', String(error.when)])
