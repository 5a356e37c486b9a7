-- name: table
-- One row for each handler and its version; `handler_version` is empty where the worker did not say.
create table catalog_usage (
  handler text collate "C" not null,
  handler_version text collate "C" not null,
  -- Attempts that began; each that has ended is counted in one of the columns below.
  attempts bigint not null default 0,
  completed bigint not null default 0,
  -- It gave its step back before the end: to wait without a worker, for people, or for another attempt.
  handed_back bigint not null default 0,
  retried bigint not null default 0,
  failed bigint not null default 0,
  lost bigint not null default 0,
  cancelled bigint not null default 0,
  -- Of the attempts that came to an end by themselves; between queue and start, of all.
  latency_ms bigint not null default 0,
  queued_ms bigint not null default 0,
  up_to_10_ms bigint not null default 0,
  up_to_100_ms bigint not null default 0,
  up_to_1_s bigint not null default 0,
  up_to_10_s bigint not null default 0,
  up_to_1_min bigint not null default 0,
  up_to_10_min bigint not null default 0,
  up_to_1_h bigint not null default 0,
  longer bigint not null default 0,
  constraint catalog_usage_handler_is_unique primary key (handler, handler_version)
)
