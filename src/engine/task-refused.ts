/** What a user of the library is told when a task will not do what it was asked for. */
import type { Json } from '../core/json.js'

/** A command that was refused; `code` is stable. */
export class TaskRefused extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly details?: Json,
  ) {
    super(message)
    this.name = 'TaskRefused'
  }
}

export const taskUnknown = (id: string): TaskRefused => new TaskRefused('task_unknown', `there is no task ${id}`)
