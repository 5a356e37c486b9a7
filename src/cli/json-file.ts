/** A file of JSON or YAML that a person named; what is wrong with it is told with its place. */
import { resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { Json } from '../core/json.js'
import { readJsonFile } from '../templates/source-file.js'
import type { System } from './system.js'
import { UserError } from './user-error.js'

/** Throws a `UserError` `<noun>_not_found`, `_unreadable`, `_too_large`, or with the code of what cannot be read in it. */
export const jsonFileFor = async (file: string, noun: string, { cwd }: Pick<System, 'cwd'>): Promise<Json> => {
  const read = await readJsonFile(resolve(cwd, file), noun)
  if (E.isRight(read)) return read.right
  const [first] = read.left
  throw new UserError({
    code: first?.code ?? `${noun}_unreadable`,
    message: `${file}: ${first?.message ?? 'cannot be read'}`,
    place: {
      source: file,
      ...(first?.line === undefined ? {} : { line: first.line }),
      ...(first?.column === undefined ? {} : { column: first.column }),
    },
  })
}
