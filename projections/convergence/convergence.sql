-- name: table
-- One row for each declared convergence step, created or not.
create table convergence (
  task uuid not null,
  step text collate "C" not null,
  created boolean not null,
  state text collate "C" not null,
  -- `all`, `any`, or the number of a quorum.
  requires text collate "C" not null,
  tolerates_failures boolean not null,
  on_empty text collate "C" not null,
  dependencies integer not null,
  open_dependencies integer not null,
  -- Branches that have settled so far; instances of a fan-out or a batch are counted one by one.
  satisfied integer not null,
  absent integer not null,
  failed integer not null,
  decision_failed boolean not null,
  -- What it would do if nothing else came: run, skip or failed.
  verdict_so_far text collate "C" not null,
  settlement text collate "C",
  constraint convergence_step_is_unique_in_its_task primary key (task, step)
)
