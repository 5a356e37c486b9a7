/** The one event by which a graph grows. */
import * as t from 'io-ts'
import { nullable } from './codecs.js'
import { partialDefinition, stepDefinition } from './task.js'

export const graphEvents = {
  /**
   * Steps come into being, at most `MAX_STEPS_PER_EVENT` in one event; a larger materialisation is several events in one
   * append. `shared` holds the keys that all its steps have in common.
   */
  'steps-materialized': t.intersection([
    t.type({
      origin: t.keyof({
        template: null,
        decision: null,
        batch: null,
        'fan-out': null,
        fragment: null,
        compensation: null,
      }),
      /** The deciding step and the event of its decision; both null for the template's own steps. */
      by: nullable(t.string),
      decidedBy: nullable(t.string),
      steps: t.array(stepDefinition),
    }),
    t.partial({
      shared: partialDefinition,
      /** Steps that are declared, but that a decision or planning step has yet to create. */
      withheld: t.array(stepDefinition),
      /** A convergence step gains these dependencies: the terminals of a fragment. */
      attach: t.type({ convergence: t.string, terminals: t.array(t.string) }),
    }),
  ]),
}
