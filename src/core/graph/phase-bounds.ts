/** What a phase may use by itself: what its planning step was given, and what its fragment says, raised by people. */
import { raise } from '../allowance.js'
import type { Bounds } from '../bounds.js'
import type { Node } from './node.js'

/** Of the planning step; undefined where nobody stated any. */
export const givenBounds = ({ definition, planning }: Node): Bounds | undefined =>
  definition.bounds === undefined ? undefined : raise(definition.bounds, planning?.raised ?? {})

/** What the accepted fragment allows itself. */
export const fragmentBounds = ({ planning }: Node): Bounds | undefined =>
  planning?.accepted === undefined ? undefined : raise(planning.accepted.bounds, planning.raised ?? {})
