/**
 * Modules of a user's own handlers (`--handlers MODULE`): each exports by default an array of `defineHandler` results.
 * A module is imported, and so runs; nothing else here does. What is wrong with one is a problem that names it.
 */
import * as E from 'fp-ts/lib/Either.js'
import { isCatalogHandler } from '../core/step.js'
import type { Handler } from '../ports/handler.js'
import { defaultExport } from './user-module.js'

export interface HandlersProblem {
  readonly code: 'handlers_not_found' | 'handlers_invalid'
  /** The module as it was named. */
  readonly module: string
  readonly message: string
}

/**
 * Loads every module, in order: paths from the working directory, else packages that are installed for it. On the left
 * all problems of all modules; a callable that two handlers claim is one.
 */
export const loadHandlers = async (
  modules: ReadonlyArray<string>,
  workingDirectory: string = process.cwd(),
): Promise<E.Either<ReadonlyArray<HandlersProblem>, ReadonlyArray<Handler>>> => {
  const problems: HandlersProblem[] = []
  const handlers: Handler[] = []
  const definedIn = new Map<string, string>()
  for (const module of modules) {
    const loaded = await loadModule(module, workingDirectory)
    if (E.isLeft(loaded)) {
      problems.push(loaded.left)
      continue
    }
    for (const [index, exported] of loaded.right.entries()) {
      const problem = problemOf(exported, definedIn)
      if (!isHandler(exported) || problem !== undefined) {
        problems.push({ code: 'handlers_invalid', module, message: `item ${index} of its default export ${problem}` })
        continue
      }
      definedIn.set(exported.capability.callable, module)
      handlers.push(exported)
    }
  }
  return problems.length > 0 ? E.left(problems) : E.right(handlers)
}

const loadModule = async (
  module: string,
  workingDirectory: string,
): Promise<E.Either<HandlersProblem, ReadonlyArray<unknown>>> => {
  const exported = await defaultExport(module, workingDirectory)
  if (E.isLeft(exported)) {
    const { fault, message } = exported.left
    return E.left({ code: `handlers_${fault}`, module, message })
  }
  if (Array.isArray(exported.right)) return E.right(exported.right)
  const message = 'must export by default an array of handlers: export default [defineHandler({…})]'
  return E.left({ code: 'handlers_invalid', module, message })
}

const isHandler = (value: unknown): value is Handler => {
  if (typeof value !== 'object' || value === null) return false
  const capability: unknown = Reflect.get(value, 'capability')
  return (
    typeof Reflect.get(value, 'run') === 'function' &&
    typeof capability === 'object' &&
    capability !== null &&
    typeof Reflect.get(capability, 'callable') === 'string'
  )
}

const problemOf = (exported: unknown, definedIn: ReadonlyMap<string, string>): string | undefined => {
  if (!isHandler(exported)) return 'is no result of defineHandler'
  const { callable } = exported.capability
  if (isCatalogHandler(callable)) return `is called "${callable}", and catalog: is the catalog's own`
  const earlier = definedIn.get(callable)
  return earlier === undefined ? undefined : `is called "${callable}", which ${earlier} defines already`
}
