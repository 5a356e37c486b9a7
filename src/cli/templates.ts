/** Templates and handlers as commands name them: what is wrong with one ends the command, with all problems and places. */
import { resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { Vocabulary } from '../core/capability.js'
import type { Template } from '../core/template.js'
import type { Handler } from '../ports/handler.js'
import { loadHandlers } from '../templates/handlers-module.js'
import { loadTemplate, type TemplateError } from '../templates/load-template.js'
import { readSourceFile } from '../templates/source-file.js'
import type { Invocation } from './command.js'
import type { System } from './system.js'
import { type Detail, UserError } from './user-error.js'

/** The handlers of `--handlers`. Throws a `UserError` (`handlers_not_found`, `handlers_invalid`). */
export const handlersFor = async (
  invocation: Pick<Invocation, 'config' | 'system'>,
): Promise<ReadonlyArray<Handler>> => {
  const loaded = await loadHandlers(invocation.config().handlers, invocation.system.cwd)
  if (E.isRight(loaded)) return loaded.right
  const [first] = loaded.left
  throw new UserError({
    code: first?.code ?? 'handlers_invalid',
    message: countOf(
      loaded.left.length,
      'your handlers cannot be loaded',
      ({ module, message }) => `${module}: ${message}`,
      first,
    ),
    details: loaded.left.map(({ module, message }) => ({ message, place: { source: module } })),
    remedy: 'a module exports by default an array of defineHandler results',
  })
}

/** The catalog and the user's own handlers. */
export const vocabularyFor = async (invocation: Pick<Invocation, 'config' | 'system'>): Promise<Vocabulary> =>
  invocation.system.vocabularyOf(await handlersFor(invocation))

/** Throws a `UserError` with the code of the first problem and all of them as details. */
export const templateFor = async (
  file: string,
  vocabulary: Vocabulary | undefined,
  invocation: Pick<Invocation, 'config' | 'system'>,
): Promise<Template> => {
  const loaded = await loadTemplateAt(file, vocabulary, invocation)
  if (E.isRight(loaded)) return loaded.right
  throw templateRefused(file, loaded.left)
}

/**
 * As `loadTemplate`, from the command's working directory and in the configured environment, with the file called as the
 * person called it.
 */
export const loadTemplateAt = async (
  file: string,
  vocabulary: Vocabulary | undefined,
  { config, system }: Pick<Invocation, 'config' | 'system'>,
): Promise<E.Either<ReadonlyArray<TemplateError>, Template>> => {
  const { environment } = config()
  const loaded = await loadTemplate(resolve(system.cwd, file), vocabulary, { environment })
  return E.isRight(loaded) ? loaded : E.left(loaded.left.map((error) => ({ ...error, file })))
}

/** All problems with their places. */
export const templateRefused = (file: string, errors: ReadonlyArray<ToldError>): UserError => {
  const [first] = errors
  const shown = ({ path, message }: ToldError): string => (path === '' ? message : `${path}: ${message}`)
  return new UserError({
    code: first?.code ?? 'schema',
    message: countOf(errors.length, `${file} is no valid template`, (error) => `${file}: ${shown(error)}`, first),
    ...(first === undefined ? {} : { place: placeOf(first) }),
    details: errors.map(detailOf),
    ...(first?.message.startsWith('no module of handlers') === true ? { remedy: HANDLERS_REMEDY } : {}),
  })
}

const HANDLERS_REMEDY =
  'name the module of your handlers by --handlers MODULE; tasker catalog list has those that are there'

/** The code is that of whichever version read the template. */
type ToldError = Omit<TemplateError, 'code'> & { readonly code: string }

export const detailOf = (error: ToldError): Detail => ({
  message: error.message,
  ...(error.path === '' ? {} : { path: error.path }),
  ...(error.file === undefined ? {} : { place: placeOf(error) }),
})

const placeOf = ({ file = '', line, column }: ToldError) => ({
  source: file,
  ...(line === undefined ? {} : { line }),
  ...(column === undefined ? {} : { column }),
})

/** One problem is told whole; several are counted, and stand below. */
const countOf = <P>(count: number, several: string, one: (problem: P) => string, first: P | undefined): string =>
  count === 1 && first !== undefined ? one(first) : `${several}: ${count} problems`

/** The text of a file that a person named. Throws a `UserError` `<noun>_not_found`, `_unreadable` or `_too_large`. */
export const textFor = async (file: string, noun: string, { cwd }: Pick<System, 'cwd'>): Promise<string> => {
  const text = await readSourceFile(resolve(cwd, file))
  if (E.isRight(text)) return text.right
  throw new UserError({
    code: `${noun}_${text.left.fault}`,
    message: `${file}: ${text.left.message}`,
    place: { source: file },
  })
}
