-- Schedules beside the log. What changes one writes who did it in the same statement.

-- name: addSchedule
with added as (
  insert into tasker.schedules (
    name, cron, timezone, namespace, template, version, input, priority, catch_up, paused, next_at, last_at, last_task,
    revision
  )
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, null, null, 1)
  on conflict do nothing
  returning name
), told as (
  insert into tasker.schedule_changes (schedule, kind, at, actor, authenticated, reason, detail)
  select name, $12, $13, $14, $15, $16, $17 from added
)
select name from added

-- name: updateSchedule
with changed as (
  update tasker.schedules
  set paused = $3, next_at = $4, last_at = $5, last_task = $6, revision = revision + 1
  where name = $1 and revision = $2
  returning name
), told as (
  insert into tasker.schedule_changes (schedule, kind, at, actor, authenticated, reason, detail)
  select name, $7::text, $8::bigint, $9::text, $10::boolean, $11::text, $12::text from changed where $7::text is not null
)
select name from changed

-- name: removeSchedule
with removed as (
  delete from tasker.schedules where name = $1 returning name
), told as (
  insert into tasker.schedule_changes (schedule, kind, at, actor, authenticated, reason, detail)
  select name, $2, $3, $4, $5, $6, $7 from removed
)
select name from removed

-- name: readSchedule
select name, cron, timezone, namespace, template, version, input, priority, catch_up, paused, next_at, last_at, last_task,
  revision
from tasker.schedules
where name = $1

-- name: listSchedules
select name, cron, timezone, namespace, template, version, input, priority, catch_up, paused, next_at, last_at, last_task,
  revision
from tasker.schedules
order by name

-- name: dueSchedules
select name, cron, timezone, namespace, template, version, input, priority, catch_up, paused, next_at, last_at, last_task,
  revision
from tasker.schedules
where not paused and next_at <= $1
order by next_at, name
limit $2

-- name: scheduleChanges
select schedule, kind, at, actor, authenticated, reason, detail
from tasker.schedule_changes
where schedule = $1
order by id desc
limit $2
