-- How a rebuild ended stands where it stood while it went on, until the next one of the same projection begins; so
-- whoever began it elsewhere can ask, and anybody can ask it to end.

alter table tasker.projection_builds
  add column phase text collate "C" not null default 'tasks',
  add column ended_at timestamptz,
  -- swapped | failed | cancelled
  add column outcome text collate "C",
  add column error_code text,
  add column error_message text,
  add constraint projection_builds_end_with_an_outcome check ((ended_at is null) = (outcome is null)),
  add constraint projection_builds_failures_have_a_code check ((outcome = 'failed') is not true or error_code is not null);

-- A row of its own: a build holds its own one for as long as it makes an index, and nobody who cancels waits for that.
create table tasker.rebuild_cancellations (
  name text collate "C" not null,
  build bigint not null,
  asked_at timestamptz not null,
  constraint rebuild_cancellations_are_of_one_build primary key (name, build)
);
