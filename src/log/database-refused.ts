/** Thrown where the database's schema is older or newer than this code. */
export class DatabaseRefused extends Error {
  constructor(
    readonly code: 'database_older' | 'database_newer',
    message: string,
  ) {
    super(message)
    this.name = 'DatabaseRefused'
  }
}
