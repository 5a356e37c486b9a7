/** Tasks that somebody has, or had, to look into: since when, why, and how that ended. The fold says which. */
import type { DeadLetterReason } from '../../src/core/dead-letter.js'
import type { Actor, TaskEvent } from '../../src/core/event.js'
import { errorOf } from '../../src/core/view.js'
import { type At, type Change, NO_CHANGE, type Projection, patch, put } from '../projection.js'

export interface DeadLetterRow {
  readonly task: string
  readonly version: number
  readonly namespace: string
  readonly template: string
  readonly template_version: string
  readonly reason: DeadLetterReason
  readonly since: string
  readonly step: string | null
  readonly code: string
  readonly message: string
  readonly ended_at: string | null
  readonly resolution: string | null
  readonly resolved_by: string | null
  readonly resolution_reason: string | null
}

/** The version at which the task became one, while it is one. */
interface Standing {
  version: number | undefined
}

export const deadLetters: Projection<DeadLetterRow, Standing> = {
  name: 'dead_letters',
  version: 1,
  sql: 'projections/dead-letters/dead-letters.sql',
  key: ['task', 'version'],
  memory: () => ({ version: undefined }),
  changes: (event, at, standing) => {
    const { version: before } = standing
    const now = at.state.deadLetter?.version
    if (before === now) return NO_CHANGE
    standing.version = now
    return [
      ...(before === undefined ? [] : [patch<DeadLetterRow>([at.task, before], ended(event, at))]),
      ...(now === undefined ? [] : [opened(at, now)]),
    ]
  },
}

const opened = ({ task, state, time }: At, version: number): Change<DeadLetterRow> => {
  const { template, deadLetter } = state
  const error = errorOf(state)
  const reason = deadLetter?.reason ?? 'failed'
  return put([task, version], {
    task,
    version,
    namespace: template.namespace,
    template: template.name,
    template_version: template.version,
    reason,
    since: time,
    step: error?.step ?? null,
    code: error?.code ?? reason,
    message: error?.message ?? reason,
    ended_at: null,
    resolution: null,
    resolved_by: null,
    resolution_reason: null,
  })
}

const ended = (event: TaskEvent, { time }: At): Partial<DeadLetterRow> => {
  const { data, metadata } = event
  return {
    ended_at: time,
    resolution: event.type === 'dead-letter-resolved' ? event.data.resolution : event.type,
    resolved_by: nameOf(metadata.actor),
    resolution_reason: 'reason' in data && typeof data.reason === 'string' ? data.reason : null,
  }
}

const nameOf = (actor: Actor): string => ('id' in actor ? actor.id : actor.kind)
