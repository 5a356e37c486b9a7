-- name: table
-- One row for each declared step, created or not.
create table readiness (
  task uuid not null,
  step text collate "C" not null,
  -- In the order of declaration: dependencies come first.
  number integer not null,
  type text collate "C" not null,
  handler text not null,
  -- False while a decision has yet to create it.
  created boolean not null,
  state text collate "C" not null,
  -- Dependencies that have not settled.
  open_dependencies integer not null,
  failed_dependency boolean not null,
  -- Nothing that it depends on keeps it, and it is in no queue yet.
  ready boolean not null,
  -- How the step itself settled, and how it settled with all its instances.
  own_settlement text collate "C",
  settlement text collate "C",
  constraint readiness_step_is_unique_in_its_task primary key (task, step)
)

-- name: indexes
create index readiness_by_number on readiness (task, number)
