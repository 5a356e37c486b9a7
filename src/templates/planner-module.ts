/** A module with a user's own planner (`--planner rules:MODULE`): it exports by default a `definePlanner` result. */
import * as E from 'fp-ts/lib/Either.js'
import type { Planner } from '../ports/planner.js'
import { defaultExport, type ModuleFault } from './user-module.js'

/** Loads the module, found as handlers' modules are. */
export const loadPlanner = async (
  module: string,
  workingDirectory: string = process.cwd(),
): Promise<E.Either<ModuleFault, Planner>> => {
  const exported = await defaultExport(module, workingDirectory)
  if (E.isLeft(exported)) return exported
  if (isPlanner(exported.right)) return E.right(exported.right)
  const message = 'must export by default a planner: export default definePlanner({…})'
  return E.left({ fault: 'invalid', message })
}

const isPlanner = (value: unknown): value is Planner =>
  typeof value === 'object' &&
  value !== null &&
  typeof Reflect.get(value, 'provider') === 'string' &&
  typeof Reflect.get(value, 'plan') === 'function'
