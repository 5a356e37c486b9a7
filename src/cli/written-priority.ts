/** A priority as a person writes it. */
import { MAX_PRIORITY } from '../core/limits.js'
import { UserError, usageError } from './user-error.js'

/** Throws a `UserError`: `usage` for what is no whole number, `invalid_priority` for one that is out of bounds. */
export const priorityIn = (written: string): number => {
  if (!/^-?\d+$/.test(written)) throw usageError(`a priority is a whole number, and "${written}" is none`)
  const priority = Number(written)
  if (Math.abs(priority) <= MAX_PRIORITY) return priority
  const message = `a priority is a whole number from -${MAX_PRIORITY} to ${MAX_PRIORITY}`
  throw new UserError({ code: 'invalid_priority', message })
}
