/** What a caller may see: of a task that belongs to another namespace nobody is told that it exists. */
import { streamOf } from '../engine/ids.js'
import { taskUnknown } from '../engine/task-refused.js'
import type { AppParts } from './app-parts.js'
import { type Caller, mayDo, maySee, type Permission } from './caller.js'
import { HttpProblem } from './problem.js'

const TASK_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Where a list of tasks by their logs goes on: behind a task. Throws an `HttpProblem` (`cursor_invalid`). */
export const taskCursor = (cursor: string): string => {
  if (TASK_ID.test(cursor)) return cursor
  throw new HttpProblem({ status: 400, code: 'cursor_invalid', detail: `"${cursor}" is no cursor of this list` })
}

/** The id of a task that the caller may see. Throws `TaskRefused` (`task_unknown`). */
export const visibleTask = async ({ log }: Pick<AppParts, 'log'>, caller: Caller, id: string): Promise<string> => {
  if (!TASK_ID.test(id)) throw taskUnknown(id)
  if (caller.namespaces === 'all') return id
  const head = await log.head(streamOf(id))
  if (head === undefined || !maySee(caller, head.namespace)) throw taskUnknown(id)
  return id
}

/** Throws an `HttpProblem` (`forbidden`) where the caller may not. */
export const demand = (caller: Caller, permission: Permission): void => {
  if (mayDo(caller, permission)) return
  throw new HttpProblem({ status: 403, code: 'forbidden', detail: `${caller.actor} has no ${permission}` })
}

/** Throws an `HttpProblem` (`namespace_forbidden`). */
export const checkNamespace = (caller: Caller, namespace: string): void => {
  if (maySee(caller, namespace)) return
  const detail = `${caller.actor} may do nothing in the namespace ${namespace}`
  throw new HttpProblem({ status: 403, code: 'namespace_forbidden', detail })
}

/** The namespace that a list is to be restricted to: the one asked for, or the caller's only one. Throws `HttpProblem`. */
export const namespaceFor = (caller: Caller, asked: string | undefined): string | undefined => {
  if (asked !== undefined) checkNamespace(caller, asked)
  if (asked !== undefined || caller.namespaces === 'all') return asked
  const [first, ...others] = caller.namespaces
  if (first !== undefined && others.length === 0) return first
  const detail = `${caller.actor} sees several namespaces or none; name one of ${[...caller.namespaces].join(', ')}`
  throw new HttpProblem({ status: 400, code: 'namespace_required', detail })
}

/** The namespaces that a list is kept to; absent, all. */
export const namespacesOf = ({ namespaces }: Caller): { readonly namespaces?: ReadonlyArray<string> } =>
  namespaces === 'all' ? {} : { namespaces: [...namespaces] }
