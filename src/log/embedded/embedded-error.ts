/** What can go wrong with the embedded Postgres that a person can mend: a code, what happened, and what to do. */
export type EmbeddedErrorCode =
  | 'embedded_unsupported_platform'
  | 'embedded_binaries_missing'
  | 'embedded_library_missing'
  | 'embedded_permission'
  | 'embedded_port'
  | 'embedded_locked'
  | 'embedded_version'
  | 'embedded_data_missing'
  | 'embedded_start_failed'

export class EmbeddedError extends Error {
  constructor(
    readonly code: EmbeddedErrorCode,
    message: string,
    readonly remedy: string,
    cause?: unknown,
  ) {
    super(message, { cause })
    this.name = 'EmbeddedError'
  }
}

/** The code of a failed system call, such as `ENOENT`. */
export const systemCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** Turns a refused file operation into an `embedded_permission`; everything else goes on as it was. */
export const permissionError = (error: unknown, folder: string): unknown =>
  ['EACCES', 'EPERM', 'EROFS'].includes(systemCode(error) ?? '')
    ? new EmbeddedError(
        'embedded_permission',
        `the embedded Postgres may not use ${folder}: ${error instanceof Error ? error.message : String(error)}`,
        'run as the user to whom that folder belongs, choose another folder with TASKER_DATA_DIR, or set DATABASE_URL',
        error,
      )
    : error
