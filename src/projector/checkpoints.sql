-- How far each projection is, and what is being built beside it.

-- name: projections
select name, version, epoch, position, moved_at, error_code, error_message, error_position, failed_at
from tasker.projections
order by name

-- name: position
select position from tasker.projections where name = $1

-- name: standing
select version, position from tasker.projections where name = $1

-- name: defineProjection
-- Nothing where it is there already.
insert into tasker.projections (name, version, epoch, position, moved_at)
values ($1, $2, 1, 0, clock_timestamp())
on conflict do nothing
returning name

-- name: moveCheckpoints
-- The first statement of the transaction that writes the rows: it waits here for one that swaps a table, and touches no
-- table before. Whoever is not where they think they are gets fewer rows back than they asked for.
update tasker.projections p
set position = $4, moved_at = clock_timestamp(), error_code = null, error_message = null, error_position = null,
  failed_at = null
from unnest($1::text[], $2::bigint[], $3::bigint[]) as m (name, epoch, position)
where p.name = m.name and p.epoch = m.epoch and p.position = m.position
returning p.name

-- name: noteFault
update tasker.projections
set error_code = $3, error_message = $4, error_position = $5, failed_at = clock_timestamp()
where name = $1 and epoch = $2
returning name

-- name: beginBuild
with forgotten as (delete from tasker.rebuild_cancellations where name = $1)
insert into tasker.projection_builds as b (name, version, goal, position, events, started_at, moved_at)
values ($1, $2, $3, 0, 0, clock_timestamp(), clock_timestamp())
on conflict (name) do update
set build = default, version = excluded.version, goal = excluded.goal, position = 0, events = 0,
  started_at = excluded.started_at, moved_at = excluded.moved_at, phase = default,
  ended_at = null, outcome = null, error_code = null, error_message = null
returning b.build

-- name: moveBuild
-- The first statement of each transaction that writes to the new table.
update tasker.projection_builds b
set position = $3, events = $4, phase = $5, moved_at = clock_timestamp()
where name = $1 and build = $2 and ended_at is null
returning exists (
  select from tasker.rebuild_cancellations c where c.name = b.name and c.build = b.build
) as is_cancel_asked

-- name: builds
-- Whether whoever builds it is still there is told by the lock that it holds (`tryLead`, of `rebuild NAME`).
select name, build, version, goal, position, events, phase, started_at,
  exists (
    select from tasker.rebuild_cancellations c where c.name = b.name and c.build = b.build
  ) as is_cancel_asked,
  ended_at, outcome, error_code, error_message,
  exists (
    select from pg_locks
    where locktype = 'advisory' and objsubid = 1 and granted
      and database = (select oid from pg_database where datname = current_database())
      and (classid::bigint << 32) | objid::bigint = hashtextextended('tasker lead rebuild ' || b.name, 0)
  ) as is_led
from tasker.projection_builds b
order by name

-- name: askCancel
-- Whoever builds it finds this with its next page, or before it is swapped.
insert into tasker.rebuild_cancellations as c (name, build, asked_at)
select b.name, b.build, clock_timestamp()
from tasker.projection_builds b
where name = $1 and ended_at is null
  and exists (
    select from pg_locks
    where locktype = 'advisory' and objsubid = 1 and granted
      and database = (select oid from pg_database where datname = current_database())
      and (classid::bigint << 32) | objid::bigint = hashtextextended('tasker lead rebuild ' || b.name, 0)
  )
on conflict (name, build) do update
set asked_at = c.asked_at
returning c.name

-- name: endBuild
update tasker.projection_builds b
set ended_at = clock_timestamp(), outcome = $3, error_code = $4, error_message = $5, position = coalesce($6, position)
where name = $1 and build = $2 and ended_at is null
returning exists (
  select from tasker.rebuild_cancellations c where c.name = b.name and c.build = b.build
) as is_cancel_asked

-- name: holdProjection
-- Nobody writes to the table of this projection until the transaction ends.
select epoch, position from tasker.projections where name = $1 for update

-- name: swapProjection
update tasker.projections
set version = $2, epoch = epoch + 1, position = $3, moved_at = clock_timestamp(), error_code = null,
  error_message = null, error_position = null, failed_at = null
where name = $1
returning epoch
