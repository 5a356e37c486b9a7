-- name: table
-- One row for the task (an empty phase), and one for each planning step that was declared.
create table bounds (
  task uuid not null,
  -- The planning step's name.
  phase text collate "C" not null,
  -- What is stated, in the words of templates and fragments; an absent bound does not limit.
  limits jsonb not null,
  used_steps bigint not null,
  used_phases bigint not null,
  used_planner_calls bigint not null,
  used_tokens bigint not null,
  used_cost_usd double precision not null,
  -- Promised to a call or an approval that is under way; it is kept for the task as a whole.
  reserved_steps bigint not null,
  reserved_phases bigint not null,
  reserved_planner_calls bigint not null,
  reserved_tokens bigint not null,
  reserved_cost_usd double precision not null,
  constraint bounds_phase_is_unique_in_its_task primary key (task, phase)
)
