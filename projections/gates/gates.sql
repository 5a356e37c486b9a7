-- name: table
-- One row for each time that people were asked.
create table gates (
  task uuid not null,
  -- Of the event that opened it.
  version integer not null,
  step text collate "C" not null,
  attempt integer not null,
  -- plan and exhausted: opened by a planning step for itself; else null.
  about text collate "C",
  -- open, approved, rejected, expired, replaced by another one, or withdrawn.
  status text collate "C" not null,
  question text not null,
  groups text[] not null,
  required integer not null,
  approvals integer not null,
  rejections integer not null,
  digest text not null,
  opened_at timestamptz(6) not null,
  closed_at timestamptz(6),
  timeout_at timestamptz(6),
  on_timeout text collate "C",
  escalated_at timestamptz(6),
  reminders integer not null,
  closed_by text[] not null,
  constraint gates_event_is_unique_in_its_task primary key (task, version)
)

-- name: indexes
create index gates_that_are_open on gates (opened_at, task, version) where status = 'open';
create index gates_by_time on gates (opened_at desc, task desc, version desc)
