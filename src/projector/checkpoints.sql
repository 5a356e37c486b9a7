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
insert into tasker.projection_builds as b (name, version, goal, position, events, started_at, moved_at)
values ($1, $2, $3, 0, 0, clock_timestamp(), clock_timestamp())
on conflict (name) do update
set build = default, version = excluded.version, goal = excluded.goal, position = 0, events = 0,
  started_at = excluded.started_at, moved_at = excluded.moved_at
returning b.build

-- name: moveBuild
-- The first statement of each transaction that writes to the new table.
update tasker.projection_builds
set position = $3, events = $4, moved_at = clock_timestamp()
where name = $1 and build = $2
returning name

-- name: builds
select name, build, version, goal, position, events, started_at, moved_at
from tasker.projection_builds
order by name

-- name: endBuild
delete from tasker.projection_builds where name = $1 and ($2::bigint is null or build = $2) returning name

-- name: holdProjection
-- Nobody writes to the table of this projection until the transaction ends.
select epoch, position from tasker.projections where name = $1 for update

-- name: swapProjection
update tasker.projections
set version = $2, epoch = epoch + 1, position = $3, moved_at = clock_timestamp(), error_code = null,
  error_message = null, error_position = null, failed_at = null
where name = $1
returning epoch
