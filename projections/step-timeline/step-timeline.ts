/** Every attempt of every step: when it was queued, started and ended, by whom, and what it came to. */
import type { EventOf, TaskEvent } from '../../src/core/event.js'
import { findNode } from '../../src/core/state.js'
import { type At, type Change, NO_CHANGE, type Projection, patch, put } from '../projection.js'

export interface AttemptRow {
  readonly task: string
  readonly step: string
  readonly attempt: number
  readonly handler: string
  readonly enqueued_at: string
  readonly started_at: string | null
  readonly ended_at: string | null
  readonly waiting_since: string | null
  readonly worker: string | null
  readonly session: number | null
  readonly handler_version: string | null
  readonly outcome: AttemptOutcome | null
  readonly error_code: string | null
  readonly error_message: string | null
}

export type AttemptOutcome =
  | 'completed'
  | 'failed'
  | 'retried'
  | 'lost'
  | 'drained'
  | 'yielded'
  | 'cancelled'
  | 'by_hand'

export const stepTimeline: Projection<AttemptRow> = {
  name: 'step_timeline',
  version: 1,
  sql: 'projections/step-timeline/step-timeline.sql',
  key: ['task', 'step', 'attempt'],
  changes: (event, at) => {
    switch (event.type) {
      case 'step-enqueued':
        return enqueued(event, at)
      case 'step-started': {
        const { worker, session, handlerVersion } = event.data
        return [change(event, at, { started_at: at.time, worker, session, handler_version: handlerVersion ?? null })]
      }
      case 'step-waiting':
      case 'gate-opened':
        return [change(event, at, { waiting_since: at.time })]
      default:
        return endOf(event, at)
    }
  },
}

type OfAttempt = { readonly data: { readonly step: string; readonly attempt: number } }

const change = ({ data }: OfAttempt, { task }: At, columns: Partial<AttemptRow>): Change<AttemptRow> =>
  patch([task, data.step, data.attempt], columns)

/** An attempt that handed its step back before it was done is over when the next one is queued. */
const enqueued = (event: EventOf<'step-enqueued'>, at: At): ReadonlyArray<Change<AttemptRow>> => {
  const { step, attempt } = event.data
  const node = findNode(at.state, step)
  const row: AttemptRow = {
    task: at.task,
    step,
    attempt,
    handler: node?.definition.handler ?? '',
    enqueued_at: at.time,
    started_at: null,
    ended_at: null,
    waiting_since: null,
    worker: null,
    session: null,
    handler_version: null,
    outcome: null,
    error_code: null,
    error_message: null,
  }
  const before = node === undefined ? undefined : at.before(node)?.state
  const isHandedBack = before?.kind === 'in_progress' || before?.kind === 'waiting_for_approval'
  const ended = { ended_at: at.time, outcome: 'yielded' } as const
  const handedBack = isHandedBack ? [patch<AttemptRow>([at.task, step, before.attempt], ended)] : []
  return [...handedBack, put([at.task, step, attempt], row)]
}

const endOf = (event: TaskEvent, at: At): ReadonlyArray<Change<AttemptRow>> => {
  const end = (attempt: number | null, outcome: AttemptOutcome, error?: { code: string; message: string }) => {
    if (attempt === null || !('step' in event.data) || event.data.step === null) return NO_CHANGE
    const said = error === undefined ? {} : { error_code: error.code, error_message: error.message }
    return [patch<AttemptRow>([at.task, event.data.step, attempt], { ended_at: at.time, outcome, ...said })]
  }
  switch (event.type) {
    case 'step-completed':
      return end(event.data.attempt, 'completed')
    case 'step-attempt-failed':
      return end(event.data.attempt, event.data.dueAtMs === null ? 'failed' : 'retried', event.data.error)
    case 'step-failed':
      return end(event.data.attempt, event.data.reason === 'lost_too_often' ? 'lost' : 'failed', event.data.error)
    case 'step-lost':
      return end(event.data.attempt, event.data.drained === true ? 'drained' : 'lost')
    case 'step-cancelled':
      return end(event.data.attempt ?? openAttempt(event, at), 'cancelled')
    case 'step-skipped':
    case 'step-reset':
    case 'step-resolved-manually':
    case 'step-completed-manually':
      return end(openAttempt(event, at), 'by_hand')
    default:
      return NO_CHANGE
  }
}

/** The attempt that a person's word ended: one that ran or waited. */
const openAttempt = ({ data }: { readonly data: { readonly step: string } }, at: At): number | null => {
  const node = findNode(at.state, data.step)
  const before = node === undefined ? undefined : at.before(node)?.state
  switch (before?.kind) {
    case 'enqueued':
    case 'in_progress':
    case 'waiting':
    case 'waiting_for_approval':
      return before.attempt
    default:
      return null
  }
}
