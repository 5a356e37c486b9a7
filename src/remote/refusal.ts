/** What a server refuses, as the command line knows it: the library's own refusals, or what a person can mend. */

import { EXIT } from '../cli/exit-code.js'
import { RefusedThere } from '../cli/sent-template.js'
import { UserError } from '../cli/user-error.js'
import { TaskerProblem, TaskerUnreachable } from '../client/client.js'
import { TaskRefused } from '../engine/task-refused.js'

/** Passes on what was asked; throws `TaskRefused` with the server's code, or a `UserError`. */
export const told = async <A>(asked: Promise<A>): Promise<A> => {
  try {
    return await asked
  } catch (error) {
    throw refusalOf(error)
  }
}

export const refusalOf = (error: unknown): unknown => {
  if (error instanceof TaskerUnreachable) {
    const { code, message } = error
    const remedy = 'start it (tasker serve), or correct --server, TASKER_SERVER or server in tasker.yaml'
    return new UserError({ code, message, remedy, exitCode: EXIT.unreachable, cause: error })
  }
  if (!(error instanceof TaskerProblem)) return error
  const { code, message, status } = error
  const details = error.errors.map((fault) => ({ message: fault.message, path: fault.path }))
  if (status === 401 || code === 'forbidden' || code === 'namespace_forbidden') {
    const remedy = status === 401 ? 'set TASKER_API_KEY (tasker keys create)' : 'use a key that may'
    return new UserError({ code, message, remedy, exitCode: EXIT.failed, cause: error })
  }
  if (status >= 500 || status === 429) {
    const remedy = `see the log of the server for request ${error.requestId ?? 'unknown'}`
    return new UserError({ code, message, remedy, exitCode: EXIT.unreachable, cause: error })
  }
  if (code === 'template_invalid') {
    // By its first fault, as a template that was read here.
    return new RefusedThere({ code: error.errors[0]?.code ?? code, message, details, cause: error })
  }
  if (code.startsWith('invalid_body') || code === 'invalid_query') {
    return new UserError({ code, message, details, cause: error })
  }
  return new TaskRefused(code, message, details)
}
