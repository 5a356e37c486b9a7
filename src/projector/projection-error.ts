/** What a projector refuses, and what stops a projection. */
import type { Fault } from './applier.js'

export type ProjectionRefusal =
  | 'projection_unknown'
  | 'projection_invalid'
  | 'projection_absent'
  | 'projection_behind'
  | 'rebuild_under_way'
  | 'rebuild_cancelled'
  | 'rebuild_lost'
  | 'no_rebuild'
  | 'cursor_invalid'
  | 'filter_invalid'

/** Thrown for a question that cannot be answered. */
export class ProjectionRefused extends Error {
  constructor(
    readonly code: ProjectionRefusal,
    message: string,
  ) {
    super(message)
    this.name = 'ProjectionRefused'
  }
}

/** Thrown where a fold cannot go on: at an event that this version cannot read, or that the projection cannot take. */
export class ProjectionStopped extends Error {
  readonly code: string
  readonly position: number

  constructor({ code, message, position }: Fault, cause?: unknown) {
    super(`${message} (position ${position})`, { cause })
    this.name = 'ProjectionStopped'
    this.code = code
    this.position = position
  }
}
