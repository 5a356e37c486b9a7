/**
 * What projectors ask of the place in which projections are kept. Each call is one transaction: whoever is killed over
 * it has done all of it, or nothing.
 */
import type { Projection } from '../../projections/projection.js'
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

export interface Build {
  readonly name: string
  readonly build: number
  readonly version: number
  readonly goal: number
  readonly position: number
  readonly events: number
  readonly startedAt: Date
  readonly movedAt: Date
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
  builds(): Promise<ReadonlyArray<Build>>
  /** Makes the empty tables that serve, where there are none yet. */
  define(projections: ReadonlyArray<Projection>): Promise<void>
  /** Writes all rows and moves all checkpoints, or nothing. Throws `CheckpointMoved`. */
  advance(advances: ReadonlyArray<Advance>, to: number): Promise<void>
  noteFault(of: Pick<Checkpoint, 'name' | 'epoch'>, fault: Fault): Promise<void>
  /** A new, empty table beside the one that serves; what another build has left is gone. */
  beginBuild(projection: Projection, goal: number): Promise<number>
  /** Throws `CheckpointMoved` where another build has begun. */
  advanceBuild(
    of: BuildOf,
    reached: { readonly position: number; readonly events: number },
    write: (table: BuildTable) => Promise<void>,
  ): Promise<void>
  /**
   * Puts the new table in the place of the one that serves. `catchUp` is asked to bring the build as far as the other
   * one is, which stands still meanwhile.
   */
  swap(of: BuildOf, catchUp: (upTo: number) => Promise<number>): Promise<void>
  /** Removes what a build has left; of a certain one, only where no other has begun. */
  dropBuild(projection: Projection, build?: number): Promise<void>
}
