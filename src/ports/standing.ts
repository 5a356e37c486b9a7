/** How the whole installation stands at a moment, whichever process is asked. */

export interface Standing {
  /** What has to happen at a time, by its kind. Counted up to `STANDING_ROWS` a kind. */
  readonly due: ReadonlyArray<{
    readonly kind: string
    readonly rows: number
    /** How long the oldest of those that are late has been so; 0 where none is. */
    readonly oldestLateMs: number
  }>
  /** Tasks that are not over, by their status. */
  readonly tasks: ReadonlyArray<{ readonly status: string; readonly count: number }>
  readonly inboxRows: number
  /** Sessions of workers that are alive. */
  readonly sessions: number
}
