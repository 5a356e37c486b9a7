-- name: table
-- One row for each attempt, from the moment in which it was put in a queue.
create table step_timeline (
  task uuid not null,
  step text collate "C" not null,
  attempt integer not null,
  handler text not null,
  enqueued_at timestamptz(6) not null,
  started_at timestamptz(6),
  ended_at timestamptz(6),
  -- When it began to wait without a worker: for people, a time, a signal or another task.
  waiting_since timestamptz(6),
  worker text,
  session bigint,
  handler_version text,
  -- completed, failed, retried, lost, drained, yielded, cancelled, or by_hand; null while it goes on.
  outcome text collate "C",
  error_code text,
  error_message text,
  constraint step_timeline_attempt_is_unique primary key (task, step, attempt)
)

-- name: indexes
create index step_timeline_by_time on step_timeline (task, enqueued_at, step, attempt)
