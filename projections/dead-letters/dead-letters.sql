-- name: table
-- One row for each time that a task became a dead letter.
create table dead_letters (
  task uuid not null,
  -- Of the event that made it one.
  version integer not null,
  namespace text collate "C" not null,
  template text collate "C" not null,
  template_version text collate "C" not null,
  -- blocked, exhausted, stale, late or failed.
  reason text collate "C" not null,
  since timestamptz(6) not null,
  step text,
  code text not null,
  message text not null,
  ended_at timestamptz(6),
  -- What a person decided (manually_resolved, permanently_failed, cancelled), or the event that ended it by itself.
  resolution text collate "C",
  resolved_by text,
  resolution_reason text,
  constraint dead_letters_event_is_unique_in_its_task primary key (task, version)
)

-- name: indexes
create index dead_letters_that_wait on dead_letters (since, task, version) where ended_at is null;
create index dead_letters_by_time on dead_letters (since desc, task desc, version desc)
