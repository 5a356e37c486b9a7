/** A task's input as every command takes it: JSON as it stands, or a file, with or without an `@` before its name. */
import type { Json } from '../core/json.js'
import type { Invocation, OptionDefinition } from './command.js'
import { jsonArgument } from './json-argument.js'
import { jsonFileFor } from './json-file.js'

export const INPUT_OPTION: OptionDefinition = {
  type: 'string',
  value: 'FILE.json',
  summary: "the task's input, a file of JSON or YAML, or JSON as it stands ({})",
}

/** What no file is called: an object, a list, a text in quotes, a number, or one of JSON's three words. */
const IS_JSON = /^\s*(?:[[{"]|-?\d+(?:\.\d+)?\s*$|(?:true|false|null)\s*$)/

export const inputOf = async ({ option, system }: Pick<Invocation, 'option' | 'system'>): Promise<Json> => {
  const written = option('input')
  if (written === undefined) return {}
  return IS_JSON.test(written)
    ? jsonArgument(written, '--input', system)
    : jsonFileFor(written.replace(/^@/, ''), 'input', system)
}
