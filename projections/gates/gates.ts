/** Every gate: what people were asked, what they said, and how it was closed. */
import type { EventOf, TaskEvent } from '../../src/core/event.js'
import { findNode } from '../../src/core/state.js'
import { type At, type Change, NO_CHANGE, type Projection, patch, put } from '../projection.js'

export interface GateRow {
  readonly task: string
  readonly version: number
  readonly step: string
  readonly attempt: number
  readonly about: string | null
  readonly status: 'open' | 'approved' | 'rejected' | 'expired' | 'replaced' | 'withdrawn'
  readonly question: string
  readonly groups: ReadonlyArray<string>
  readonly required: number
  readonly approvals: number
  readonly rejections: number
  readonly digest: string
  readonly opened_at: string
  readonly closed_at: string | null
  readonly timeout_at: string | null
  readonly on_timeout: string | null
  readonly escalated_at: string | null
  readonly reminders: number
  readonly closed_by: ReadonlyArray<string>
}

interface OpenGate {
  readonly version: number
  approvals: number
  rejections: number
  reminders: number
}

/** The gate of each step that is open. */
type OpenGates = Map<string, OpenGate>

export const gates: Projection<GateRow, OpenGates> = {
  name: 'gates',
  version: 1,
  sql: 'projections/gates/gates.sql',
  key: ['task', 'version'],
  memory: () => new Map(),
  changes: (event, at, open) => {
    if (event.type === 'gate-opened') return opened(event, at, open)
    if (open.size === 0 || !('step' in event.data) || event.data.step === null) return NO_CHANGE
    const { step } = event.data
    const gate = open.get(step)
    if (gate === undefined) return NO_CHANGE
    const said = saidBy(event, at, gate)
    // A step that has left its gate without a word of people: it was settled by hand, reset or cancelled.
    const isOpen = findNode(at.state, step)?.state.kind === 'waiting_for_approval'
    const left = said === undefined && !isOpen ? ({ status: 'withdrawn' } as const) : said
    if (left === undefined) return NO_CHANGE
    if (left.status === undefined) return [patch([at.task, gate.version], left)]
    open.delete(step)
    return [patch([at.task, gate.version], { ...left, closed_at: at.time })]
  },
}

const opened = ({ data }: EventOf<'gate-opened'>, at: At, open: OpenGates): ReadonlyArray<Change<GateRow>> => {
  const { task, version, time } = at
  const former = open.get(data.step)
  open.set(data.step, { version, approvals: 0, rejections: 0, reminders: 0 })
  const row: GateRow = {
    task,
    version,
    step: data.step,
    attempt: data.attempt,
    about: data.about ?? null,
    status: 'open',
    question: data.question,
    groups: data.groups,
    required: data.required,
    approvals: 0,
    rejections: 0,
    digest: data.digest,
    opened_at: time,
    closed_at: null,
    timeout_at: timeOf(data.timeoutAtMs),
    on_timeout: data.onTimeout ?? null,
    escalated_at: null,
    reminders: 0,
    closed_by: [],
  }
  const replaced = { status: 'replaced', closed_at: time } as const
  return [
    ...(former === undefined ? [] : [patch<GateRow>([task, former.version], replaced)]),
    put([task, version], row),
  ]
}

/** What the event says of the gate of its step; with a status, it is closed by it. */
const saidBy = (event: TaskEvent, { time }: At, gate: OpenGate): Partial<GateRow> | undefined => {
  switch (event.type) {
    case 'gate-voted':
      if (event.data.vote === 'approve') gate.approvals += 1
      else gate.rejections += 1
      return { approvals: gate.approvals, rejections: gate.rejections }
    case 'gate-approved':
      return { status: 'approved', closed_by: event.data.by }
    case 'gate-rejected':
      return { status: 'rejected', closed_by: event.data.by }
    case 'gate-expired':
      // An approval or an escalation stands in the log beside it, and says the rest.
      return event.data.action === 'reject' ? { status: 'expired' } : {}
    case 'gate-escalated': {
      const { groups, timeoutAtMs } = event.data
      return { groups, escalated_at: time, timeout_at: timeOf(timeoutAtMs ?? undefined), on_timeout: 'reject' }
    }
    case 'gate-reminded':
      gate.reminders += 1
      return { reminders: gate.reminders }
    default:
      return undefined
  }
}

/** A time that an event says in milliseconds; pure, for it says the same wherever it is asked. */
const timeOf = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString())
