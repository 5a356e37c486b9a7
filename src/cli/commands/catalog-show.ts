/** `tasker catalog show NAME`: one handler, as planners and validation know it. */
import { capabilityPage } from '../../core/capability-page.js'
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js'
import { didYouMean } from '../../core/near-names.js'
import { capabilityOf } from '../../core/validation/handler-names.js'
import { handlersIn, isList, shownCatalog } from '../catalog-shown.js'
import { wrappedColumns } from '../columns.js'
import type { Command, Invocation } from '../command.js'
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
    const handlers = handlersIn(await shownCatalog(invocation))
    const shown = handlers.find(({ handler }) => handler === name || handler === `catalog:${name}`)
    if (shown === undefined) {
      throw new UserError({
        code: 'unknown_handler',
        message: `there is no handler "${name}"${didYouMean(name, spokenNames(handlers))}`,
        remedy: 'see tasker catalog list',
      })
    }
    if (invocation.json) invocation.output.printJson(shown)
    else if (invocation.has('markdown')) invocation.output.print(await pageOf(name, invocation))
    else for (const line of linesOf(shown, invocation.output)) invocation.output.print(line)
    return EXIT.complete
  },
}

const spokenNames = (handlers: ReadonlyArray<JsonObject>): ReadonlyArray<string> =>
  handlers.map(({ handler }) => String(handler)).flatMap((callable) => [callable, callable.replace(/^catalog:/, '')])

/** The reference is made of a handler's definition, which is at hand here only. */
const pageOf = async (name: string, invocation: Invocation): Promise<string> => {
  const capability = capabilityOf(await vocabularyFor(invocation), name)
  if (capability !== undefined) return capabilityPage(capability).trimEnd()
  throw new UserError({ code: 'unknown_handler', message: `there is no handler "${name}" in this process` })
}

const linesOf = (shown: JsonObject, { paint, width }: Output): ReadonlyArray<string> => {
  const types = isList(shown.step_types) ? shown.step_types.join(', ') : ''
  return [
    `${paint.bold(String(shown.handler))} ${paint.dim(`version ${String(shown.version)}, in steps of type ${types}`)}`,
    `  ${String(shown.summary)}`,
    ...section('configuration', propertiesOf(shown.config), width),
    ...section('inputs', propertiesOf(shown.inputs), width),
    ...section('result', propertiesOf(shown.output), width),
    ...section('errors', errorsOf(shown.errors), width),
  ]
}

const section = (
  title: string,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  width: number | undefined,
): ReadonlyArray<string> => (rows.length === 0 ? [] : ['', title, ...wrappedColumns(rows, width)])

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
