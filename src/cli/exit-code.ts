/** What a command's exit code says, the same for every command. */
export const EXIT = {
  /** Complete, or valid. */
  complete: 0,
  /** Failed, cancelled, blocked, or invalid. */
  failed: 1,
  /** Bad input or usage; a database of another version is a bad choice of database. */
  usage: 2,
  /** Waits for people. */
  waiting: 3,
  /** Database, queue or server unreachable. */
  unreachable: 4,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
