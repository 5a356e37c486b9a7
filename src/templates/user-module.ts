/** Modules of a user's own code: found as the working directory would find them, imported, and so run. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { isAbsolute, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'

export interface ModuleFault {
  readonly fault: 'not_found' | 'invalid'
  readonly message: string
}

/** What a module exports by default: a path from the working directory, else a package that is installed for it. */
export const defaultExport = async (
  module: string,
  workingDirectory: string,
): Promise<E.Either<ModuleFault, unknown>> => {
  const url = locate(module, workingDirectory)
  if (url === undefined) {
    const message = `there is no such module from ${workingDirectory}; name a file (./module.js) or an installed package`
    return E.left({ fault: 'not_found', message })
  }
  try {
    const namespace: unknown = await import(url)
    return E.right(typeof namespace === 'object' && namespace !== null ? Reflect.get(namespace, 'default') : undefined)
  } catch (error) {
    const message = `failed while it was loaded: ${error instanceof Error ? error.message : String(error)}`
    return E.left({ fault: 'invalid', message })
  }
}

/** The URL of a module: a file where one has that path, else a package as the working directory would find it. */
const locate = (module: string, workingDirectory: string): string | undefined => {
  const path = resolve(workingDirectory, module)
  if (existsSync(path)) return pathToFileURL(path).href
  if (isAbsolute(module) || module.startsWith('.')) return undefined
  try {
    return pathToFileURL(createRequire(join(workingDirectory, 'module.js')).resolve(module)).href
  } catch {
    return undefined
  }
}
