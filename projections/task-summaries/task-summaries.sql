-- name: table
create table task_summaries (
  task uuid not null,
  namespace text collate "C" not null,
  template text collate "C" not null,
  template_version text collate "C" not null,
  status text collate "C" not null,
  priority integer not null,
  -- Events of the task so far.
  version integer not null,
  created_at timestamptz(6) not null,
  started_at timestamptz(6),
  ended_at timestamptz(6),
  updated_at timestamptz(6) not null,
  -- Steps that were created; each of them is counted in one of the columns below.
  steps_total integer not null,
  steps_pending integer not null,
  steps_queued integer not null,
  steps_running integer not null,
  steps_waiting integer not null,
  steps_done integer not null,
  steps_failed integer not null,
  steps_skipped integer not null,
  -- Planning steps that were created, calls of planners, and what they used.
  phases integer not null,
  planner_calls integer not null,
  tokens bigint not null,
  cost_usd double precision not null,
  error_code text,
  error_message text,
  error_step text,
  dead_letter text collate "C",
  correlation text collate "C" not null,
  parent_correlation text collate "C",
  identity text collate "C",
  parent_task uuid,
  parent_step text collate "C",
  forked_from uuid,
  constraint task_summaries_task_is_unique primary key (task)
)

-- name: indexes
-- Lists are paged by (created_at, task), the newest first, with any of these in front.
create index task_summaries_by_time on task_summaries (created_at desc, task desc);
create index task_summaries_by_status on task_summaries (status, created_at desc, task desc);
create index task_summaries_by_namespace on task_summaries (namespace, created_at desc, task desc);
create index task_summaries_by_template on task_summaries (template, created_at desc, task desc);
create index task_summaries_by_template_and_status on task_summaries (template, status, created_at desc, task desc);
create index task_summaries_by_correlation on task_summaries (correlation);
create index task_summaries_by_identity on task_summaries (identity) where identity is not null;
create index task_summaries_by_parent on task_summaries (parent_task) where parent_task is not null;
create index task_summaries_by_fork on task_summaries (forked_from) where forked_from is not null
