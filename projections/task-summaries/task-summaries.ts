/** A line a task, for lists and search: what it is, where it stands, how its steps stand, and what it has cost. */
import type { EventOf, TaskEvent } from '../../src/core/event.js'
import { isClosed } from '../../src/core/state.js'
import { statusOf } from '../../src/core/status.js'
import { errorOf } from '../../src/core/view.js'
import { type At, type Projection, put } from '../projection.js'
import { StepCounts } from './step-counts.js'

export interface TaskSummaryRow {
  readonly task: string
  readonly namespace: string
  readonly template: string
  readonly template_version: string
  readonly status: string
  readonly priority: number
  readonly version: number
  readonly created_at: string
  readonly started_at: string | null
  readonly ended_at: string | null
  readonly updated_at: string
  readonly steps_total: number
  readonly steps_pending: number
  readonly steps_queued: number
  readonly steps_running: number
  readonly steps_waiting: number
  readonly steps_done: number
  readonly steps_failed: number
  readonly steps_skipped: number
  readonly phases: number
  readonly planner_calls: number
  readonly tokens: number
  readonly cost_usd: number
  readonly error_code: string | null
  readonly error_message: string | null
  readonly error_step: string | null
  readonly dead_letter: string | null
  readonly correlation: string
  readonly parent_correlation: string | null
  readonly identity: string | null
  readonly parent_task: string | null
  readonly parent_step: string | null
  readonly forked_from: string | null
}

/** What the state does not keep: times, how many steps stand how, and what only the first event says. */
interface Remembered {
  readonly counts: StepCounts
  created: EventOf<'task-created'>['data'] | undefined
  createdAt: string
  startedAt: string | null
  endedAt: string | null
  updatedAt: string
}

export const taskSummaries: Projection<TaskSummaryRow, Remembered> = {
  name: 'task_summaries',
  version: 1,
  sql: 'projections/task-summaries/task-summaries.sql',
  key: ['task'],
  memory: () => ({
    counts: new StepCounts(),
    created: undefined,
    createdAt: '',
    startedAt: null,
    endedAt: null,
    updatedAt: '',
  }),
  changes: (event, at, remembered) => {
    remember(event, at, remembered)
    return [put([at.task], () => rowOf(at, remembered))]
  },
}

const remember = (event: TaskEvent, { state, time, touched }: At, remembered: Remembered): void => {
  if (event.type === 'task-created') {
    remembered.created = event.data
    remembered.createdAt = time
  }
  if (event.type === 'step-started') remembered.startedAt ??= time
  if (!isClosed(state.phase)) remembered.endedAt = null
  else remembered.endedAt ??= time
  remembered.updatedAt = time
  for (const node of touched) remembered.counts.note(node)
}

const rowOf = ({ task, state }: At, { counts, created, ...times }: Remembered): TaskSummaryRow => {
  const error = errorOf(state)
  return {
    task,
    namespace: state.template.namespace,
    template: state.template.name,
    template_version: state.template.version,
    status: statusOf(state),
    priority: state.priority,
    version: state.version,
    created_at: times.createdAt,
    started_at: times.startedAt,
    ended_at: times.endedAt,
    updated_at: times.updatedAt,
    steps_total: counts.total,
    steps_pending: counts.of('pending'),
    steps_queued: counts.of('queued'),
    steps_running: counts.of('running'),
    steps_waiting: counts.of('waiting'),
    steps_done: counts.of('done'),
    steps_failed: counts.of('failed'),
    steps_skipped: counts.of('skipped'),
    phases: state.used.phases,
    planner_calls: state.used.plannerCalls,
    tokens: state.used.tokens,
    cost_usd: state.used.costUsd,
    error_code: error?.code ?? null,
    error_message: error?.message ?? null,
    error_step: error?.step ?? null,
    dead_letter: state.deadLetter?.reason ?? null,
    correlation: state.correlation,
    parent_correlation: state.parentCorrelation ?? null,
    identity: created?.identity ?? null,
    parent_task: state.parent?.task ?? null,
    parent_step: state.parent?.step ?? null,
    forked_from: created?.forkedFrom?.task ?? null,
  }
}
