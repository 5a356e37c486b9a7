/**
 * Projections as their readers and operators see them: how far they are, what may be done about it, and, under `read`,
 * what they show.
 */
import type { ReadModels } from './read-models.js'

/** How a projection stands. */
export type ProjectionHealth =
  /** It follows the log. */
  | 'live'
  /** There is more in the log, and nobody has written it for a while: no process projects. */
  | 'stalled'
  /** It stands in front of an event that it cannot take; the error says which. */
  | 'failing'
  /** Nobody has projected in this database yet. */
  | 'absent'
  /** Its table was made by another version of Tasker, and serves until it is built anew. */
  | 'outdated'

export interface ProjectionStatus {
  readonly name: string
  /** Of this code, and of the table that serves; null where there is none. */
  readonly version: number
  readonly tableVersion: number | null
  readonly position: number
  /** Positions of the log above it, and how long the oldest of their events has waited. */
  readonly lag: number
  readonly lagMs: number
  readonly health: ProjectionHealth
  readonly error: { readonly code: string; readonly message: string; readonly position: number } | null
  /** The rebuild that began last, also when it has ended; null where there was none. */
  readonly rebuild: RebuildStatus | null
}

export type RebuildPhase = 'tasks' | 'indexes' | 'log' | 'swap'

export interface RebuildStatus {
  /** Tells it from those before and after it. */
  readonly build: number
  /** `cancelling`: somebody has asked it to end, and it has yet to notice. `swapped`: what it has built serves. */
  readonly state: 'running' | 'cancelling' | 'swapped' | 'failed' | 'cancelled'
  readonly phase: RebuildPhase
  /** Folded so far, of about so many. */
  readonly events: number
  readonly goal: number
  /** At which the new table began to serve. */
  readonly position: number | null
  /** ISO 8601, on the database's clock. */
  readonly startedAt: string
  readonly endedAt: string | null
  /** Why it has failed; `rebuild_abandoned` where the process that built it is gone. */
  readonly error: { readonly code: string; readonly message: string } | null
}

export const isUnderWay = (rebuild: RebuildStatus | null): rebuild is RebuildStatus =>
  rebuild?.state === 'running' || rebuild?.state === 'cancelling'

export interface RebuildProgress {
  readonly phase: RebuildPhase
  /** Folded so far, of about so many. */
  readonly events: number
  readonly goal: number
}

export interface RebuildOptions {
  /** Cancels it; the projection that serves is not touched. */
  readonly signal?: AbortSignal
  /** Called once, with what tells it from others, as soon as it can be seen in the list. */
  readonly onBegin?: (build: number) => void
  readonly onProgress?: (progress: RebuildProgress) => void
}

export interface VerifyOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: { readonly events: number; readonly goal: number }) => void
}

export interface Verification {
  readonly name: string
  /** The table was compared as it stood there. */
  readonly position: number
  readonly rows: number
  readonly difference: RowDifference | null
}

/** The first row that is not what the log says; a row that should not be there, or is missing, has no column. */
export interface RowDifference {
  readonly row: Readonly<Record<string, unknown>>
  readonly column: string | null
  /** As JSON; undefined where there is no such row. */
  readonly folded: unknown
  readonly standing: unknown
}

export interface Projections {
  list(): Promise<ReadonlyArray<ProjectionStatus>>
  /**
   * Builds a projection anew beside the one that serves and puts it in its place; resolves with its position. Throws
   * `ProjectionRefused` (`projection_unknown`, `rebuild_under_way`, `rebuild_cancelled`) and `ProjectionStopped`.
   */
  rebuild(name: string, options?: RebuildOptions): Promise<number>
  /**
   * Asks whichever process rebuilds it to end that, which it does before its next page; the one that serves goes on.
   * Throws `ProjectionRefused` (`projection_unknown`, `no_rebuild`).
   */
  cancelRebuild(name: string): Promise<void>
  /** Compares a projection with a fresh fold of the log. Throws as `rebuild` does, or `projection_absent`. */
  verify(name: string, options?: VerifyOptions): Promise<Verification>
  /** The same of all that have a table of this version, in one reading of the log. */
  verifyAll(options?: VerifyOptions): Promise<ReadonlyArray<Verification>>
  /** True as soon as the projection shows everything up to a position; false after the time-out. */
  waitFor(name: string, position: number, timeoutMs: number): Promise<boolean>
  /** What they show: lists of tasks, steps, gates and decisions in pages by key, and numbers (`read-models.ts`). */
  readonly read: ReadModels
  /** Reads rows of any of them, a user's own too; the table of a projection is `tasker_projections.<name>`. Bigints come as numbers. */
  query<Row extends object>(statement: ProjectionQuery, values: ReadonlyArray<unknown>): Promise<ReadonlyArray<Row>>
}

/** A statement under a name that no other one has; it is prepared once a connection. */
export interface ProjectionQuery {
  readonly name: string
  readonly text: string
}
