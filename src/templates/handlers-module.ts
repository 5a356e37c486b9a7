/**
 * Modules of a user's own handlers (`--handlers MODULE`): each exports by default an array of `defineHandler` results.
 * A module is imported, and so runs; nothing else here does. What is wrong with one is a problem that names it.
 */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { isAbsolute, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import { isCatalogHandler } from '../core/step.js'
import type { Handler } from '../ports/handler.js'

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
  const url = locate(module, workingDirectory)
  if (url === undefined) {
    const message = `there is no such module from ${workingDirectory}; name a file (./handlers.js) or an installed package`
    return E.left({ code: 'handlers_not_found', module, message })
  }
  let exported: unknown
  try {
    const namespace: unknown = await import(url)
    exported = typeof namespace === 'object' && namespace !== null ? Reflect.get(namespace, 'default') : undefined
  } catch (error) {
    const message = `failed while it was loaded: ${error instanceof Error ? error.message : String(error)}`
    return E.left({ code: 'handlers_invalid', module, message })
  }
  if (Array.isArray(exported)) return E.right(exported)
  const message = 'must export by default an array of handlers: export default [defineHandler({…})]'
  return E.left({ code: 'handlers_invalid', module, message })
}

/** The URL of a module: a file where one has that path, else a package as the working directory would find it. */
const locate = (module: string, workingDirectory: string): string | undefined => {
  const path = resolve(workingDirectory, module)
  if (existsSync(path)) return pathToFileURL(path).href
  if (isAbsolute(module) || module.startsWith('.')) return undefined
  try {
    return pathToFileURL(createRequire(join(workingDirectory, 'handlers.js')).resolve(module)).href
  } catch {
    return undefined
  }
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
