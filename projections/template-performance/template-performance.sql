-- name: table
-- One row for each version of each template.
create table template_performance (
  namespace text collate "C" not null,
  template text collate "C" not null,
  template_version text collate "C" not null,
  created bigint not null default 0,
  -- Tasks that have ended, each in one of these; one that is reopened is taken out again.
  complete bigint not null default 0,
  error bigint not null default 0,
  cancelled bigint not null default 0,
  resolved_manually bigint not null default 0,
  -- How often one was blocked by failures.
  blocked bigint not null default 0,
  steps bigint not null default 0,
  failed_attempts bigint not null default 0,
  planner_calls bigint not null default 0,
  tokens bigint not null default 0,
  cost_micro_usd bigint not null default 0,
  -- From creation to the end, of the tasks that have ended.
  duration_ms bigint not null default 0,
  up_to_10_ms bigint not null default 0,
  up_to_100_ms bigint not null default 0,
  up_to_1_s bigint not null default 0,
  up_to_10_s bigint not null default 0,
  up_to_1_min bigint not null default 0,
  up_to_10_min bigint not null default 0,
  up_to_1_h bigint not null default 0,
  longer bigint not null default 0,
  constraint template_performance_version_is_unique primary key (namespace, template, template_version)
)
