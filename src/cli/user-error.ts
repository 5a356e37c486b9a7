/**
 * What a person can mend: a stable code, what is wrong, where, and what to do. It is printed in one shape and never
 * with a stack trace. Errors of other parts that carry a code and a remedy are taken for the same.
 */
import { EXIT, type ExitCode } from './exit-code.js'

export interface Place {
  /** A file, a flag or an environment variable. */
  readonly source: string
  readonly line?: number
  readonly column?: number
}

/** One of several things that are wrong with the same input. */
export interface Detail {
  readonly message: string
  /** Keys and indices joined by dots, where the input has a structure. */
  readonly path?: string
  readonly place?: Place
}

export interface UserErrorFields {
  readonly code: string
  readonly message: string
  readonly remedy?: string
  readonly place?: Place
  readonly details?: ReadonlyArray<Detail>
  /** The step that it is about. */
  readonly step?: string
  readonly exitCode?: ExitCode
  readonly cause?: unknown
}

export class UserError extends Error {
  readonly code: string
  readonly remedy: string | undefined
  readonly place: Place | undefined
  readonly details: ReadonlyArray<Detail>
  readonly step: string | undefined
  readonly exitCode: ExitCode

  constructor(fields: UserErrorFields) {
    super(fields.message, { cause: fields.cause })
    this.name = 'UserError'
    this.code = fields.code
    this.remedy = fields.remedy
    this.place = fields.place
    this.details = fields.details ?? []
    this.step = fields.step
    this.exitCode = fields.exitCode ?? EXIT.usage
  }
}

export const usageError = (message: string, remedy?: string): UserError =>
  new UserError({ code: 'usage', message, ...(remedy === undefined ? {} : { remedy }) })

/** Errors of databases and queues, which know their code and leave it to the command line to say what to do. */
const REMEDIES: Readonly<Record<string, string>> = {
  database_older: 'run tasker migrate',
  database_newer: 'use the Tasker that made it, or a newer one',
  log_unreachable: 'see tasker doctor',
  queue_unreachable: 'start Redis or correct REDIS_URL; see tasker doctor',
  queue_refused: 'check the credentials in REDIS_URL or DATABASE_URL; see tasker doctor',
  queue_server_too_old: 'see tasker doctor',
}

/** A database that answers, but is of another version, is no outage: whoever chose it has to choose another or migrate. */
const MISCHOSEN: ReadonlyArray<string> = ['database_older', 'database_newer']

/** The error as one that a person can mend, or undefined where it is a fault of ours. */
export const asUserError = (error: unknown): UserError | undefined => {
  if (error instanceof UserError) return error
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  const { code, message } = error
  const told = 'remedy' in error && typeof error.remedy === 'string' ? error.remedy : undefined
  const remedy = told ?? (Object.hasOwn(REMEDIES, code) ? REMEDIES[code] : undefined)
  if (remedy === undefined) return undefined
  const exitCode = MISCHOSEN.includes(code) ? EXIT.usage : EXIT.unreachable
  return new UserError({ code, message, remedy, exitCode, cause: error })
}

export const placeText = (place: Place): string =>
  [place.source, place.line, place.column].filter((part) => part !== undefined).join(':')
