-- Schedules as the operator set them, and who changed what and why. A tick becomes a task by its identity
-- `schedule:<name>:<tick>`, so that whoever decides about a tick twice makes one task of it.

create table tasker.schedules (
  name text collate "C" not null,
  cron text not null,
  timezone text not null,
  namespace text collate "C" not null,
  template text collate "C" not null,
  version text collate "C",
  input text not null,
  priority integer not null,
  catch_up text not null,
  paused boolean not null,
  next_at bigint,
  last_at bigint,
  last_task text collate "C",
  revision bigint not null,
  constraint schedules_name_is_unique primary key (name),
  constraint schedules_catch_up_is_known check (catch_up in ('skip', 'last', 'all'))
);

create index schedules_by_time on tasker.schedules (next_at) where not paused;

create table tasker.schedule_changes (
  id bigint generated always as identity,
  schedule text collate "C" not null,
  kind text not null,
  at bigint not null,
  actor text not null,
  authenticated boolean not null,
  reason text,
  detail text not null,
  constraint schedule_changes_id_is_unique primary key (id)
);

create index schedule_changes_by_schedule on tasker.schedule_changes (schedule, id);

create function tasker.refuse_change_of_schedule_changes() returns trigger language plpgsql as $$
begin
  raise exception 'what was done to schedules is never changed or removed (% refused)', lower(tg_op)
    using errcode = 'restrict_violation', constraint = 'schedule_changes_are_immutable', table = tg_table_name,
      schema = tg_table_schema;
end
$$;

create trigger schedule_changes_are_immutable before update or delete or truncate on tasker.schedule_changes
  for each statement execute function tasker.refuse_change_of_schedule_changes();
alter table tasker.schedule_changes enable always trigger schedule_changes_are_immutable;
