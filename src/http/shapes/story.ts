/** Why something stands, and where it comes from: told as data, in the words of the command line. */
import * as t from 'io-ts'
import { list, named, orNull } from '../shape.js'

export const explanation = named(
  'Explanation',
  t.type({
    /** Null for the task as a whole. */
    step: orNull(t.string),
    reasons: list(t.UnknownRecord),
    sentences: list(t.string),
  }),
)

export const taskExplanation = named(
  'TaskExplanation',
  t.type({
    step: orNull(t.string),
    reasons: list(t.UnknownRecord),
    sentences: list(t.string),
    steps: list(explanation),
    others: t.number,
  }),
)

export const provenance = named(
  'Provenance',
  t.type({
    task: t.string,
    links: list(
      t.type({
        step: t.string,
        type: t.string,
        handler: t.string,
        declared: t.UnknownRecord,
        created: orNull(t.UnknownRecord),
        decision: t.UnknownRecord,
      }),
    ),
    root: t.UnknownRecord,
  }),
)
