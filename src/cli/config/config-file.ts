/** `tasker.yaml` of the working directory, read with the place of every value. A file that is not there is empty. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { isJsonObject, type JsonObject } from '../../core/json.js'
import { parseYaml } from '../../templates/yaml-source.js'
import { type Detail, type Place, UserError } from '../user-error.js'

export interface ConfigFile {
  readonly value: JsonObject
  /** Of a value, or of the nearest one around it. */
  place(path: string): Place
}

const FILE = 'tasker.yaml'

export const readConfigFile = (cwd: string): E.Either<UserError, ConfigFile> => {
  let text: string
  try {
    text = readFileSync(join(cwd, FILE), 'utf8')
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return absent ? E.right({ value: {}, place: () => ({ source: FILE }) }) : E.left(unreadable(error))
  }
  const parsed = parseYaml(text, FILE)
  if (E.isLeft(parsed)) {
    return E.left(
      refused(parsed.left.map(({ message, line, column }) => ({ message, place: { source: FILE, line, column } }))),
    )
  }
  const source = parsed.right
  const place = (path: string): Place => ({ source: FILE, ...source.place(path) })
  if (source.value === null) return E.right({ value: {}, place })
  if (!isJsonObject(source.value)) {
    return E.left(refused([{ message: 'must be keys with values', place: place('') }]))
  }
  return E.right({ value: source.value, place })
}

const refused = (details: ReadonlyArray<Detail>): UserError =>
  new UserError({
    code: 'config_invalid',
    message: `${FILE} cannot be used`,
    details,
    remedy: 'mend the file; README names every key with its meaning and default',
  })

const unreadable = (cause: unknown): UserError =>
  new UserError({
    code: 'config_invalid',
    message: `${FILE} is there but cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    place: { source: FILE },
    remedy: 'make it readable for the user that runs this command, or remove it',
    cause,
  })
