/** What was planned, and what validation says of a fragment. */
import * as t from 'io-ts'
import { list, named, orNull, pageOf } from '../shape.js'

export const decisionSummary = named(
  'PlanningDecision',
  t.type({
    task: t.string,
    version: t.number,
    step: t.string,
    attempt: t.number,
    call: t.number,
    revision: orNull(t.number),
    by: t.string,
    provider: orNull(t.string),
    model: orNull(t.string),
    status: t.string,
    asked_at: t.string,
    answered_at: orNull(t.string),
    judged_at: orNull(t.string),
    prompt_digest: orNull(t.string),
    context_digest: orNull(t.string),
    vocabulary_digest: orNull(t.string),
    fragment_digest: orNull(t.string),
    reasoning: orNull(t.string),
    stop_reason: orNull(t.string),
    findings: t.number,
    finding_codes: list(t.string),
    steps_created: t.number,
    input_tokens: t.number,
    output_tokens: t.number,
    cache_read_tokens: t.number,
    cache_write_tokens: t.number,
    cost_usd: t.number,
    error_code: orNull(t.string),
    error_message: orNull(t.string),
    is_copied: t.boolean,
  }),
)

export const decisionPage = pageOf('PlanningDecisionPage', decisionSummary)

export const fragmentVerdict = named(
  'FragmentVerdict',
  t.type({
    valid: t.boolean,
    /** Each with the data that its message is made of. */
    findings: list(t.intersection([t.type({ code: t.string, path: t.string, message: t.string }), t.UnknownRecord])),
    /** What it would become; null where there are findings. */
    graph: orNull(
      t.type({
        steps: list(t.type({ name: t.string, handler: t.string, step_type: t.string })),
        edges: list(t.type({ from: t.string, to: t.string })),
      }),
    ),
  }),
)
