/** A task as people name it on a command line: by its id, or by its stream. */
import { streamOf } from '../engine/ids.js'
import { UserError, usageError } from './user-error.js'

const PREFIX = 'task-'

export const streamIn = (argument: string): string => (argument.startsWith(PREFIX) ? argument : streamOf(argument))

export const taskIn = (argument: string): string =>
  argument.startsWith(PREFIX) ? argument.slice(PREFIX.length) : argument

/** With a guess, as `nearTask` makes it. */
export const unknownTask = (argument: string, guess = ''): UserError =>
  new UserError({
    code: 'task_unknown',
    message: `there is no task ${argument}${guess}`,
    remedy: 'see tasker task list',
  })

/** A version of a task, as `--at` takes it. */
export const versionIn = (written: string): number => {
  if (/^[1-9]\d{0,8}$/.test(written)) return Number(written)
  throw usageError(`--at is a version of the task, 1 for its first event, not "${written}"`)
}
