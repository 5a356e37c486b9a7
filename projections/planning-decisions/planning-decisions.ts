/** Every call of a planner and every proposal of a person: asked, answered, judged, what it cost and what it made. */
import type { EventOf, TaskEvent } from '../../src/core/event.js'
import { type At, type Change, NO_CHANGE, type Projection, patch, put } from '../projection.js'

export interface PlanningDecisionRow {
  readonly task: string
  readonly version: number
  readonly step: string
  readonly attempt: number
  readonly call: number
  readonly revision: number | null
  readonly by: 'planner' | 'person'
  readonly provider: string | null
  readonly model: string | null
  readonly status: 'asked' | 'proposed' | 'accepted' | 'rejected' | 'failed' | 'unanswered'
  readonly asked_at: string
  readonly answered_at: string | null
  readonly judged_at: string | null
  readonly prompt_digest: string | null
  readonly context_digest: string | null
  readonly vocabulary_digest: string | null
  readonly fragment_digest: string | null
  readonly reasoning: string | null
  readonly stop_reason: string | null
  readonly findings: number
  readonly finding_codes: ReadonlyArray<string>
  readonly steps_created: number
  readonly input_tokens: number
  readonly output_tokens: number
  readonly cache_read_tokens: number
  readonly cache_write_tokens: number
  readonly cost_usd: number
  readonly error_code: string | null
  readonly error_message: string | null
  readonly copied: boolean
}

/** Which decision (by its version) an event belongs to. */
interface Open {
  /** By step: the call that has no answer yet. */
  readonly asked: Map<string, number>
  /** By the ids of proposals and of verdicts. */
  readonly proposals: Map<string, number>
  readonly verdicts: Map<string, number>
  /** Steps that a verdict has created so far, by the decision. */
  readonly created: Map<number, number>
}

type PlanChange = Change<PlanningDecisionRow>

export const planningDecisions: Projection<PlanningDecisionRow, Open> = {
  name: 'planning_decisions',
  version: 1,
  sql: 'projections/planning-decisions/planning-decisions.sql',
  key: ['task', 'version'],
  memory: () => ({ asked: new Map(), proposals: new Map(), verdicts: new Map(), created: new Map() }),
  changes: (event, at, open) => {
    switch (event.type) {
      case 'plan-requested':
        return asked(event, at, open)
      case 'fragment-proposed':
        return proposed(event, at, open)
      case 'fragment-validated':
        return validated(event, at, open)
      case 'plan-failed':
        return failed(event, at, open)
      case 'steps-materialized':
        return created(event, at, open)
      default:
        return NO_CHANGE
    }
  },
}

const asked = (event: EventOf<'plan-requested'>, at: At, open: Open): ReadonlyArray<PlanChange> => {
  const { step, revision, provider, model, prompt, contextDigest, vocabulary } = event.data
  const lost = open.asked.get(step)
  open.asked.set(step, at.version)
  const row: PlanningDecisionRow = {
    ...blank(event, at),
    revision,
    by: 'planner',
    provider,
    model,
    status: 'asked',
    prompt_digest: 'digest' in prompt ? prompt.digest : null,
    context_digest: contextDigest,
    vocabulary_digest: vocabulary,
  }
  const unanswered = lost === undefined ? [] : [change(at, lost, { status: 'unanswered' })]
  return [...unanswered, put([at.task, at.version], row)]
}

const proposed = (event: EventOf<'fragment-proposed'>, at: At, open: Open): ReadonlyArray<PlanChange> => {
  const { data, metadata } = event
  const call = metadata.actor.kind === 'person' ? undefined : open.asked.get(data.step)
  const version = call ?? at.version
  open.proposals.set(event.id, version)
  const answer = {
    status: 'proposed',
    answered_at: at.time,
    fragment_digest: data.digest,
    reasoning: data.reasoning,
    stop_reason: data.stopReason,
    model: data.model,
    input_tokens: data.tokens.inputTokens,
    output_tokens: data.tokens.outputTokens,
    cache_read_tokens: data.tokens.cacheReadTokens,
    cache_write_tokens: data.tokens.cacheWriteTokens,
    cost_usd: data.spent.costUsd,
  } as const
  if (call === undefined) return [put([at.task, version], { ...blank(event, at), ...answer, by: 'person' })]
  open.asked.delete(data.step)
  return [change(at, version, answer)]
}

/** A plan that waited for people is judged once more: the last verdict is the one that counts. */
const validated = (event: EventOf<'fragment-validated'>, at: At, open: Open): ReadonlyArray<PlanChange> => {
  const { proposal, verdict, findings, vocabulary } = event.data
  const version = open.proposals.get(proposal)
  if (version === undefined) return NO_CHANGE
  open.verdicts.set(event.id, version)
  return [
    change(at, version, {
      status: verdict,
      judged_at: at.time,
      vocabulary_digest: vocabulary,
      findings: findings.length,
      finding_codes: [...new Set(findings.map(({ code }) => code))].sort(),
    }),
  ]
}

const failed = (event: EventOf<'plan-failed'>, at: At, open: Open): ReadonlyArray<PlanChange> => {
  const { step, code, message, spent } = event.data
  const version = open.asked.get(step)
  if (version === undefined) return NO_CHANGE
  open.asked.delete(step)
  const ended = { status: 'failed', answered_at: at.time, error_code: code, error_message: message } as const
  return [change(at, version, { ...ended, cost_usd: spent.costUsd })]
}

const created = ({ data }: EventOf<'steps-materialized'>, at: At, open: Open): ReadonlyArray<PlanChange> => {
  const version = data.decidedBy === null ? undefined : open.verdicts.get(data.decidedBy)
  if (version === undefined) return NO_CHANGE
  const count = (open.created.get(version) ?? 0) + data.steps.length
  open.created.set(version, count)
  return [change(at, version, { steps_created: count })]
}

const change = ({ task }: At, version: number, columns: Partial<PlanningDecisionRow>): PlanChange =>
  patch([task, version], columns)

type OfCall = Extract<TaskEvent, { type: 'plan-requested' | 'fragment-proposed' }>

const blank = ({ data, metadata }: OfCall, { task, version, time }: At): PlanningDecisionRow => ({
  task,
  version,
  step: data.step,
  attempt: data.attempt,
  call: data.call,
  revision: null,
  by: 'planner',
  provider: null,
  model: null,
  status: 'asked',
  asked_at: time,
  answered_at: null,
  judged_at: null,
  prompt_digest: null,
  context_digest: null,
  vocabulary_digest: null,
  fragment_digest: null,
  reasoning: null,
  stop_reason: null,
  findings: 0,
  finding_codes: [],
  steps_created: 0,
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  cost_usd: 0,
  error_code: null,
  error_message: null,
  copied: metadata.copyOf !== undefined,
})
