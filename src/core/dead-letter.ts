/**
 * Why a task is a dead letter: nothing can run because a step failed for good (`blocked`), or because one used up its
 * attempts (`exhausted`); it stood still for too long (`stale`), took too long (`late`), or ended in error (`failed`).
 */
export type DeadLetterReason = 'blocked' | 'exhausted' | 'stale' | 'late' | 'failed'

export interface DeadLetter {
  readonly reason: DeadLetterReason
  /** The event that made it one, and its version. */
  readonly event: string
  readonly version: number
}
