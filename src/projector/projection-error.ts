/** What a projector refuses, and what stops a projection. */
import type { Fault } from './applier.js'

/** Thrown for a question that cannot be answered: `projection_unknown`, `rebuild_under_way`, `rebuild_cancelled`. */
export class ProjectionRefused extends Error {
  constructor(
    readonly code: 'projection_unknown' | 'projection_absent' | 'rebuild_under_way' | 'rebuild_cancelled',
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
