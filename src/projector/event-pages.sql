-- Reading the log for projections: what they need of an event, and nothing else. Times come as seconds, which are as
-- exact as they are stored; to write each of them out as text took longer than to read the rest of the event.

-- name: pageByPosition
-- In the order of commit, up to a position that another reader has reached, or to the end.
select
  position, stream, version, id, type, schema_version as "schemaVersion", date_part('epoch', time) as seconds, data, metadata
from tasker.events
where position > $1 and ($2::bigint is null or position <= $2)
order by position
limit $3

-- name: pageByStream
-- Task by task: for a fold from the first event on, which need not remember more than one of them.
select
  position, stream, version, id, type, schema_version as "schemaVersion", date_part('epoch', time) as seconds, data, metadata
from tasker.events
where (stream, version) > ($1::text, $2::integer) and position <= $3
order by stream, version
limit $4

-- name: histories
-- Of each of these streams, the events below a version.
select
  e.position, e.stream, e.version, e.id, e.type, e.schema_version as "schemaVersion",
  date_part('epoch', e.time) as seconds, e.data, e.metadata
from unnest($1::text[], $2::integer[], $3::integer[]) as w (stream, above, below)
join tasker.events e on e.stream = w.stream and e.version > w.above and e.version < w.below
order by e.stream, e.version

-- name: streamEnd
-- The position of a stream's last event.
select e.position
from tasker.events e
where e.stream = $1
order by e.version desc
limit 1

-- name: oldestAbove
-- How long the oldest event above a position has waited, in milliseconds.
select greatest(0, extract(epoch from clock_timestamp() - e.time) * 1000)::double precision as age_ms
from tasker.events e
where e.position > $1
order by e.position
limit 1
