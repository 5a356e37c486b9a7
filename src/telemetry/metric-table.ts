/**
 * Every metric that Tasker exports: its name, kind, labels and meaning. The registry is made of this table, and so is
 * its documentation; dashboards and alerts may use nothing else.
 */
export interface MetricDefinition {
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly part: 'throughput' | 'latency' | 'log' | 'backlog' | 'workers' | 'planning'
  readonly help: string
  readonly labels: ReadonlyArray<string>
  readonly buckets?: ReadonlyArray<number>
}

const OF_TEMPLATE = ['namespace', 'template'] as const

/** Seconds: from a step that only looks something up to one that calls a slow server. */
const SHORT = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] as const
/** Seconds: tasks may wait for people. */
const LONG = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400, 604_800] as const
const SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000] as const
const SHARES = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 1] as const

const counter = (part: MetricDefinition['part'], help: string, ...labels: ReadonlyArray<string>): MetricDefinition => ({
  kind: 'counter',
  part,
  help,
  labels,
})

const gauge = (part: MetricDefinition['part'], help: string, ...labels: ReadonlyArray<string>): MetricDefinition => ({
  kind: 'gauge',
  part,
  help,
  labels,
})

const histogram = (
  part: MetricDefinition['part'],
  help: string,
  buckets: ReadonlyArray<number>,
  ...labels: ReadonlyArray<string>
): MetricDefinition => ({ kind: 'histogram', part, help, labels, buckets })

export const METRICS = {
  tasker_events_total: counter('throughput', 'Events that this process appended.', 'type'),
  tasker_tasks_created_total: counter('throughput', 'Tasks created.', ...OF_TEMPLATE),
  tasker_tasks_ended_total: counter('throughput', 'Tasks that ended, by how.', ...OF_TEMPLATE, 'status'),
  tasker_tasks_blocked_total: counter('throughput', 'Tasks that a failure has blocked.', ...OF_TEMPLATE),
  tasker_steps_started_total: counter('throughput', 'Attempts claimed.', ...OF_TEMPLATE),
  tasker_steps_completed_total: counter('throughput', 'Steps that completed.', ...OF_TEMPLATE),
  tasker_steps_failed_total: counter('throughput', 'Steps that failed for good, by why.', ...OF_TEMPLATE, 'reason'),
  tasker_attempts_failed_total: counter(
    'throughput',
    'Attempts that failed; retried: whether another one follows.',
    ...OF_TEMPLATE,
    'retried',
  ),
  tasker_attempts_lost_total: counter(
    'throughput',
    'Attempts whose lease was lost; drained: given back by a worker that stopped in order.',
    ...OF_TEMPLATE,
    'drained',
  ),
  tasker_deadlines_passed_total: counter(
    'throughput',
    'Times that were up, by the limit: of a task, in the words of its lifecycle, of a phase or of a fragment.',
    ...OF_TEMPLATE,
    'limit',
  ),
  tasker_gates_total: counter(
    'throughput',
    'What became of gates: opened, approved, rejected, expired, escalated or reminded.',
    ...OF_TEMPLATE,
    'outcome',
  ),
  tasker_domain_events_total: counter(
    'throughput',
    'Domain events: published, or withheld because they do not fit their schema.',
    ...OF_TEMPLATE,
    'outcome',
  ),
  tasker_late_results_total: counter('throughput', 'Results that came after their attempt was lost or ended.'),
  tasker_schedule_ticks_total: counter('throughput', 'Ticks of schedules: ran, missed or refused.', 'outcome'),

  tasker_claim_wait_seconds: histogram('latency', 'From enqueued to claimed.', SHORT, 'queue'),
  tasker_attempt_seconds: histogram(
    'latency',
    'How long attempts run, by what they came to.',
    SHORT,
    'handler',
    'outcome',
  ),
  tasker_task_seconds: histogram('latency', 'From a task’s creation to its end.', LONG, ...OF_TEMPLATE),

  tasker_http_request_seconds: histogram(
    'latency',
    'How long the HTTP side takes.',
    SHORT,
    'method',
    'route',
    'status',
  ),

  tasker_append_events: histogram('log', 'Events in one append.', SIZES),
  tasker_append_seconds: histogram('log', 'How long an append takes, its commit included.', SHORT),
  tasker_append_streams_total: counter('log', 'Streams in appends: landed, conflict, duplicate or refused.', 'outcome'),

  tasker_due_rows: gauge('backlog', 'What has to happen at a time, now or later, by kind (100,000 at most).', 'kind'),
  tasker_due_late_seconds: gauge('backlog', 'How late the oldest of it is; 0 where nothing is.', 'kind'),
  tasker_queue_hints: gauge('backlog', 'Hints that wait in a queue of BullMQ that this process serves.', 'queue'),
  tasker_open_tasks: gauge('backlog', 'Tasks that are not over, by status (100,000 at most).', 'status'),
  tasker_inbox_rows: gauge('backlog', 'What transactions have left and nobody has taken up.'),
  tasker_open_gates: gauge('backlog', 'Gates that wait for people.'),
  tasker_open_gate_oldest_seconds: gauge('backlog', 'How long the oldest of them has waited.'),
  tasker_dead_letters: gauge('backlog', 'Tasks that somebody has to look into.'),
  tasker_projection_lag_events: gauge('backlog', 'Positions that a projection is behind the log.', 'projection'),
  tasker_projection_lag_seconds: gauge('backlog', 'How long the oldest of them has waited.', 'projection'),
  tasker_subscription_lag_events: gauge('backlog', 'Positions that a subscription is behind the log.', 'subscription'),
  tasker_subscription_oldest_seconds: gauge(
    'backlog',
    'Age of its oldest event without acknowledgement.',
    'subscription',
  ),
  tasker_subscription_parked: gauge('backlog', 'Events that it has given up for now.', 'subscription'),

  tasker_sessions: gauge('workers', 'Sessions of workers that are alive.'),
  tasker_slots_free: gauge('workers', 'Attempts that this process could run besides those that run.', 'queue'),
  tasker_slots_in_use: gauge('workers', 'Attempts that run in this process.'),
  tasker_leader: gauge('workers', '1 in the process that sweeps, else 0.'),
  tasker_last_sweep_timestamp_seconds: gauge('workers', 'When this process has swept last; 0 where it never did.'),
  tasker_unreadable_figures_total: counter('workers', 'Figures of this page that could not be read.', 'figure'),

  tasker_planner_calls_total: counter('planning', 'Calls of planners that were recorded.', 'provider'),
  tasker_planner_call_seconds: histogram('planning', 'How long a call takes.', SHORT, 'provider', 'outcome'),
  tasker_planner_call_failures_total: counter('planning', 'Calls without a proposal, by code.', 'code'),
  tasker_fragments_total: counter('planning', 'Proposals that were judged: accepted or rejected.', 'verdict'),
  tasker_findings_total: counter('planning', 'What validation found in rejected proposals.', 'code'),
  tasker_planner_tokens_total: counter('planning', 'Tokens: input, output, cache_read or cache_write.', 'kind'),
  tasker_planner_cost_usd_total: counter('planning', 'What calls have cost, in US dollars.', 'model'),
  tasker_bound_used_ratio: histogram(
    'planning',
    'What a task that ended has used of a bound, as a share of it.',
    SHARES,
    'bound',
  ),
} as const satisfies Readonly<Record<string, MetricDefinition>>

export type MetricName = keyof typeof METRICS

/** Bounds that are used up, in the names of templates. */
export const SPENT_BOUNDS = {
  max_steps: 'steps',
  max_phases: 'phases',
  max_planner_calls: 'plannerCalls',
  max_tokens: 'tokens',
  max_cost_usd: 'costUsd',
} as const
