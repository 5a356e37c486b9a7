/**
 * Projections of a user's own, by the modules that the configuration names: each exports by default an array of them. A
 * module is imported, and so runs; what is wrong with one is said before anything is opened.
 */
import { isAbsolute } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { Projection } from '../projections/projection.js'
import { EXIT } from './cli/exit-code.js'
import { UserError } from './cli/user-error.js'
import { ProjectionRefused } from './projector/projection-error.js'
import { refuseInvalidProjections } from './projector/projector.js'
import { defaultExport } from './templates/user-module.js'

/** Throws a `UserError`: `projections_not_found`, `projections_invalid`. */
export const loadProjections = async (
  modules: ReadonlyArray<string>,
  workingDirectory: string = process.cwd(),
): Promise<ReadonlyArray<Projection>> => {
  const found: Projection[] = []
  for (const module of modules) {
    const exported = await defaultExport(module, workingDirectory)
    if (E.isLeft(exported)) throw faultOf(`projections_${exported.left.fault}`, module, exported.left.message)
    const { right } = exported
    if (!Array.isArray(right)) throw faultOf('projections_invalid', module, 'must export by default an array of them')
    for (const [index, one] of right.entries()) {
      const lacks = lackOf(one)
      if (lacks !== undefined) throw faultOf('projections_invalid', module, `item ${index}: ${lacks}`)
      found.push(one)
    }
  }
  try {
    refuseInvalidProjections(found)
  } catch (error) {
    if (error instanceof ProjectionRefused) throw faultOf('projections_invalid', modules.join(', '), error.message)
    throw error
  }
  return found
}

const faultOf = (code: string, module: string, message: string): UserError =>
  new UserError({
    code,
    message: `projections of ${module}: ${message}`,
    remedy: 'see "projections" in tasker.yaml, and README for how one is written',
    exitCode: EXIT.usage,
  })

const lackOf = (value: unknown): string | undefined => {
  if (typeof value !== 'object' || value === null) return 'is no projection'
  const { name, version, sql, key, changes }: Partial<Record<keyof Projection, unknown>> = value
  if (typeof name !== 'string') return 'its name is no text'
  if (typeof version !== 'number') return 'its version is no number'
  if (!Array.isArray(key) || !key.every((column) => typeof column === 'string')) return 'its key is no list of columns'
  if (typeof changes !== 'function') return 'it has no function "changes"'
  const isFile = sql instanceof URL || (typeof sql === 'string' && isAbsolute(sql))
  return isFile ? undefined : 'its sql is no file; write new URL("./name.sql", import.meta.url)'
}
