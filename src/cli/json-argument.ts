/** JSON that a person gives on the command line: as text, or as `@FILE`. */
import { resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { Json } from '../core/json.js'
import { readJsonFile } from '../templates/source-file.js'
import { parseYaml } from '../templates/yaml-source.js'
import type { System } from './system.js'
import { UserError } from './user-error.js'

/** Throws a `UserError` (`invalid_json`, `json_not_found`, …) that names the flag or the file. */
export const jsonArgument = async (text: string, flag: string, { cwd }: Pick<System, 'cwd'>): Promise<Json> => {
  if (!text.startsWith('@')) return jsonIn(text, flag)
  const read = await readJsonFile(resolve(cwd, text.slice(1)), 'json')
  if (E.isRight(read)) return read.right
  const [first] = read.left
  throw new UserError({
    code: first?.code ?? 'invalid_json',
    message: `${text.slice(1)}: ${first?.message ?? 'cannot be read'}`,
    place: {
      source: text.slice(1),
      ...(first?.line === undefined ? {} : { line: first.line }),
      ...(first?.column === undefined ? {} : { column: first.column }),
    },
  })
}

const jsonIn = (text: string, flag: string): Json => {
  try {
    JSON.parse(text)
  } catch (cause) {
    const remedy = `write a JSON value, a text in quotes of its own: ${flag} '"text"', or @FILE`
    throw new UserError({ code: 'invalid_json', message: `${flag} is no JSON`, place: { source: flag }, remedy, cause })
  }
  // Also what JSON may hold and the log may not: it is told here, in the same words as of a file.
  const read = parseYaml(text, flag)
  if (E.isRight(read)) return read.right.value
  const message = `${flag} ${read.left[0]?.message ?? 'is no JSON'}`
  throw new UserError({ code: 'invalid_json', message, place: { source: flag } })
}
