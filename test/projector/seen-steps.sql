-- name: table
create table seen_steps (
  task uuid not null,
  step text collate "C" not null,
  seen integer not null,
  constraint seen_steps_step_is_unique_in_its_task primary key (task, step)
)

-- name: indexes
create index seen_steps_by_number on seen_steps (seen)
