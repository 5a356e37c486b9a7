/**
 * What projectors ask of the place in which projections are kept. Each call is one transaction: whoever is killed over
 * it has done all of it, or nothing.
 */
import type { Projection } from '../../projections/projection.js'
import type { RebuildPhase } from '../ports/projections.js'
import type { Fault } from './applier.js'
import type { Writes } from './row-changes.js'

export interface Checkpoint {
  readonly name: string
  readonly version: number
  readonly epoch: number
  readonly position: number
  readonly movedAt: Date
  readonly fault: (Fault & { readonly at: Date }) | undefined
}

/** The build of a projection that began last. */
export interface Build {
  readonly name: string
  readonly build: number
  readonly version: number
  readonly goal: number
  readonly position: number
  readonly events: number
  readonly phase: RebuildPhase
  readonly startedAt: Date
  /** Somebody has asked it to end. */
  readonly isCancelAsked: boolean
  /** Whether the process that builds it still holds its lock. */
  readonly isLed: boolean
  /** Absent while it goes on, or since its process died over it. */
  readonly ended: (BuildEnd & { readonly at: Date }) | undefined
}

export type BuildEnd =
  | { readonly outcome: 'swapped' | 'cancelled' }
  | { readonly outcome: 'failed'; readonly code: string; readonly message: string }

/** How a build has ended whose process is gone. */
export const ABANDONED = {
  outcome: 'failed',
  code: 'rebuild_abandoned',
  message: 'the process that built it is gone; what served before serves on',
} as const satisfies BuildEnd

export interface BuildReached {
  readonly phase: RebuildPhase
  readonly position: number
  readonly events: number
}

/** Somebody else has written to the table, or put another one in its place. */
export class CheckpointMoved extends Error {
  readonly code = 'projection_moved'
  constructor(names: ReadonlyArray<string>) {
    super(`${names.join(', ')}: another process has gone on with it`)
    this.name = 'CheckpointMoved'
  }
}

/** One projection that is written to: where it stands, and what is to be written. */
export interface Advance {
  readonly projection: Projection
  readonly epoch: number
  readonly position: number
  readonly writes: Writes
}

/** What is built, and as which build: another one may have taken its place. */
export interface BuildOf {
  readonly projection: Projection
  readonly build: number
}

/** A table that is built beside the one that serves, within one transaction. */
export interface BuildTable {
  writeAll(writes: Writes): Promise<void>
  createIndexes(): Promise<void>
}

export interface ProjectionStore {
  all(): Promise<ReadonlyMap<string, Checkpoint>>
  /** The last one of each projection, also when it has ended. */
  builds(): Promise<ReadonlyArray<Build>>
  /** Makes the empty tables that serve, where there are none yet. */
  define(projections: ReadonlyArray<Projection>): Promise<void>
  /** Writes all rows and moves all checkpoints, or nothing. Throws `CheckpointMoved`. */
  advance(advances: ReadonlyArray<Advance>, to: number): Promise<void>
  noteFault(of: Pick<Checkpoint, 'name' | 'epoch'>, fault: Fault): Promise<void>
  /** A new, empty table beside the one that serves; what another build has left is gone. */
  beginBuild(projection: Projection, goal: number): Promise<number>
  /** Throws `CheckpointMoved` where another build has begun, `ProjectionRefused` where somebody has asked it to end. */
  advanceBuild(of: BuildOf, reached: BuildReached, write: (table: BuildTable) => Promise<void>): Promise<void>
  /**
   * Puts the new table in the place of the one that serves. `catchUp` is asked to bring the build as far as the other
   * one is, which stands still meanwhile. Throws as `advanceBuild` does.
   */
  swap(of: BuildOf, catchUp: (upTo: number) => Promise<number>): Promise<void>
  /** Notes how a build has ended that does not serve, and removes what it has left; nothing where it has ended already. */
  dropBuild(of: BuildOf, end: BuildEnd): Promise<void>
  /** False where nothing is being built. */
  askCancel(name: string): Promise<boolean>
}
