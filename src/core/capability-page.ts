/**
 * The reference of a handler as Markdown, made of its definition alone: what planners are shown and the decoder accepts is
 * what people read. The same definition gives the same page.
 */
import type { Capability } from './capability.js'
import { isJsonObject, type Json, type JsonObject } from './json.js'

/** All handlers, a section each, in the order of their names. */
export const referencePages = (capabilities: Iterable<Capability>): string =>
  [...capabilities]
    .sort((left, right) => (left.callable < right.callable ? -1 : 1))
    .map(capabilityPage)
    .join('\n')

export const capabilityPage = (capability: Capability): string => {
  const { callable, version, summary, stepTypes, configSchema, inputs, output, errors } = capability
  return [
    `## ${callable}`,
    summary,
    `Version ${version}. In steps of type ${stepTypes.join(', ')}. ${hintsOf(capability)}`,
    ...section('Configuration', configSchema),
    ...section('Inputs', inputs),
    ...section('Result', output),
    ...errorSection(errors),
    ...fieldSection(capability),
  ]
    .filter((part) => part !== '')
    .map((part) => `${part}\n`)
    .join('\n')
}

const hintsOf = ({ hints: { network, latency, idempotent, cost } }: Capability): string =>
  `Latency ${latency}, cost ${cost}, ${network ? 'uses the network' : 'uses no network'}, ${
    idempotent ? 'may be repeated' : 'is felt again when it is repeated'
  }.`

const section = (title: string, schema: JsonObject): ReadonlyArray<string> => {
  const said = typeof schema.description === 'string' ? schema.description : ''
  const rows = rowsOf(schema, '')
  if (rows.length === 0 && said === '') return []
  return [`### ${title}`, said, ...(rows.length === 0 ? [] : [table(['Key', 'Is', 'Meaning'], rows)])]
}

/** Keys of objects in objects are written with dots, of elements with `[]`. */
const rowsOf = (schema: Json, at: string): ReadonlyArray<ReadonlyArray<string>> => {
  if (!isJsonObject(schema)) return []
  if (isList(schema.allOf)) return schema.allOf.flatMap((part) => rowsOf(part, at))
  const required = isList(schema.required) ? schema.required : []
  const members = isJsonObject(schema.properties) ? Object.entries(schema.properties) : []
  const inner = [
    ...(isJsonObject(schema.items) ? rowsOf(schema.items, `${at}[]`) : []),
    ...(isJsonObject(schema.additionalProperties) ? rowsOf(schema.additionalProperties, `${at}.*`) : []),
    ...(isList(schema.anyOf) ? schema.anyOf.flatMap((choice) => rowsOf(choice, at)) : []),
  ]
  return [
    ...members.flatMap(([name, member]) => {
      const path = at === '' ? name : `${at}.${name}`
      const said = isJsonObject(member) && typeof member.description === 'string' ? member.description : ''
      const key = required.includes(name) ? `**${code(path)}**` : code(path)
      return [[key, kindOf(member), said], ...rowsOf(member, path)]
    }),
    ...inner,
  ]
}

const kindOf = (schema: Json): string => {
  if (!isJsonObject(schema)) return 'anything'
  const choices = schema.enum ?? (schema.const === undefined ? undefined : [schema.const])
  if (isList(choices)) return choices.map((value) => code(JSON.stringify(value))).join(', ')
  if (isList(schema.anyOf)) return schema.anyOf.map(kindOf).join(', or ')
  if (isList(schema.type)) return schema.type.join(' or ')
  switch (schema.type) {
    case 'string':
      return ranged('text', schema.minLength === 1 ? undefined : schema.minLength, schema.maxLength, 'characters')
    case 'integer':
    case 'number':
      return ranged(schema.type, schema.minimum, schema.maximum, '')
    case 'array':
      return ranged(`list${of(schema.items)}`, schema.minItems, schema.maxItems, 'elements')
    case 'object':
      return ranged(`object${of(schema.additionalProperties)}`, schema.minProperties, schema.maxProperties, 'members')
    default:
      return typeof schema.type === 'string' ? schema.type : 'anything'
  }
}

const of = (inner: Json | undefined): string => {
  const kind = isJsonObject(inner) ? kindOf(inner) : 'anything'
  return kind === 'anything' ? '' : ` of ${kind}`
}

const ranged = (noun: string, least: Json | undefined, most: Json | undefined, unit: string): string => {
  const limits = [
    typeof least === 'number' ? `from ${least}` : '',
    typeof most === 'number' ? `${typeof least === 'number' ? 'to' : 'at most'} ${most}` : '',
  ].filter((limit) => limit !== '')
  return limits.length === 0 ? noun : `${noun}, ${[...limits, unit].join(' ').trim()}`
}

const errorSection = (errors: Capability['errors']): ReadonlyArray<string> =>
  errors.length === 0
    ? []
    : [
        '### Errors',
        table(
          ['Code', 'Tried again', 'When'],
          errors.map(({ code: name, retryable, when }) => [code(name), retryable ? 'yes' : 'no', when]),
        ),
      ]

const SPECIAL: ReadonlyArray<readonly [keyof Capability['fields'], string]> = [
  ['urls', 'URLs, whose hosts must be allowed'],
  ['secrets', 'Secrets may stand in'],
  ['connections', 'Connections of the operator are named in'],
  ['expressions', 'JMESPath, checked and limited, stands in'],
  ['schemas', 'JSON Schemas, checked and limited, stand in'],
  ['results', 'Steps whose results are read are named in'],
  ['stepNames', 'Steps are named in'],
]

const fieldSection = ({ fields }: Capability): ReadonlyArray<string> => {
  const lines = SPECIAL.flatMap(([kind, says]) => {
    const places = (fields[kind] ?? []).filter((place): place is string => typeof place === 'string')
    return places.length === 0 ? [] : [`- ${says}: ${places.map(code).join(', ')}`]
  })
  return lines.length === 0 ? [] : ['### Fields with a meaning of their own', lines.join('\n')]
}

const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n')

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

const code = (text: string): string => `\`${text}\``

const isList = (value: Json | undefined): value is ReadonlyArray<Json> => Array.isArray(value)
