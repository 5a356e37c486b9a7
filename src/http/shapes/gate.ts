/** Gates, as a list shows them and as whoever votes is shown one. */
import * as t from 'io-ts'
import { list, named, orNull, pageOf } from '../shape.js'

export const gateSummary = named(
  'GateSummary',
  t.type({
    task: t.string,
    version: t.number,
    step: t.string,
    attempt: t.number,
    about: orNull(t.string),
    status: t.string,
    question: t.string,
    groups: list(t.string),
    required: t.number,
    approvals: t.number,
    rejections: t.number,
    digest: t.string,
    opened_at: t.string,
    closed_at: orNull(t.string),
    timeout_at: orNull(t.string),
    on_timeout: orNull(t.string),
    escalated_at: orNull(t.string),
    reminders: t.number,
    closed_by: list(t.string),
    namespace: orNull(t.string),
    template: orNull(t.string),
  }),
)

export const gatePage = pageOf('GatePage', gateSummary)

/** A gate that is open, with what it shows; a vote is bound to its digest. */
export const openGate = named(
  'OpenGate',
  t.type({
    task: t.string,
    template: t.string,
    step: t.string,
    question: t.string,
    groups: list(t.string),
    required: t.number,
    approvals: list(t.type({ actor: t.string, comment: orNull(t.string) })),
    timeout_at: orNull(t.string),
    context: t.unknown,
    digest: t.string,
  }),
)

export const openGates = named('OpenGates', t.type({ items: list(openGate) }))

export const voted = named(
  'Voted',
  t.type({
    task: t.string,
    step: t.string,
    vote: t.union([t.literal('approve'), t.literal('reject')]),
    actor: t.string,
  }),
)

export const edited = named('PlanEdited', t.type({ task: t.string, step: t.string, actor: t.string }))
