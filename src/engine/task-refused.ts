/** What a user of the library is told when a task will not do what it was asked for. */
import type { Refusal } from '../core/decide/decision.js'
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

/** What the core, or the log, had against a command. */
export const refusedBy = (refusal: Refusal | { readonly code: string; readonly message: string }): TaskRefused =>
  new TaskRefused(refusal.code, refusal.message, 'details' in refusal ? refusal.details : undefined)
