/** The fields of the form that starts a task: from the template's input schema as far as it is simple, else one of JSON. */
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js'
import { type Form, fieldOf } from '../board.js'
import { jsonIn, numberIn } from '../form-values.js'

export interface InputField {
  readonly name: string
  readonly kind: 'text' | 'number' | 'boolean' | 'choice' | 'json'
  readonly isRequired: boolean
  readonly description: string
  readonly choices: ReadonlyArray<string>
  /** As it stands in the form at first. */
  readonly written: string
}

/** Undefined where the schema tells no fields: the input is then one text of JSON. */
export const inputFields = (schema: JsonObject | undefined): ReadonlyArray<InputField> | undefined => {
  if (schema === undefined || !isJsonObject(schema.properties)) return undefined
  const required = Array.isArray(schema.required) ? schema.required : []
  const fields = Object.entries(schema.properties).map(([name, property]): InputField => {
    const of = isJsonObject(property) ? property : {}
    const choices = Array.isArray(of.enum) ? of.enum.filter((one) => typeof one === 'string') : []
    const kind = kindOf(of, choices)
    return {
      name,
      kind,
      isRequired: required.includes(name),
      description: typeof of.description === 'string' ? of.description : '',
      choices,
      written:
        of.default === undefined ? '' : kind === 'json' ? JSON.stringify(of.default, null, 2) : String(of.default),
    }
  })
  return fields.length === 0 ? undefined : fields
}

const kindOf = ({ type }: JsonObject, choices: ReadonlyArray<string>): InputField['kind'] => {
  if (choices.length > 0) return 'choice'
  if (type === 'string') return 'text'
  if (type === 'integer' || type === 'number') return 'number'
  return type === 'boolean' ? 'boolean' : 'json'
}

/** Before the names of input fields, which an author may call anything. */
export const INPUT = 'input.'

/** Throws an `HttpProblem`: `invalid_json`, `invalid_number`. The schema itself is held against it when the task is made. */
export const inputIn = (form: Form, fields: ReadonlyArray<InputField> | undefined): Json => {
  if (fields === undefined) return jsonIn(fieldOf(form, 'input') || '{}', 'the input')
  const input: Record<string, Json> = {}
  for (const { name, kind, isRequired } of fields) {
    const written = fieldOf(form, `${INPUT}${name}`)
    if (written === '' && kind !== 'boolean' && !(isRequired && kind === 'text')) continue
    const value = readAs(kind, written, name)
    if (value !== undefined) Object.defineProperty(input, name, { value, enumerable: true })
  }
  return input
}

const readAs = (kind: InputField['kind'], written: string, name: string): Json | undefined => {
  switch (kind) {
    case 'text':
    case 'choice':
      return written
    case 'number':
      return numberIn(written, name)
    case 'boolean':
      return written === 'on'
    case 'json':
      return jsonIn(written, name)
  }
}
