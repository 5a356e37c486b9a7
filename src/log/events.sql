-- name: readStream
-- The events of one stream above a version, oldest first; all of them where no limit is given.
select
  position, stream, version, id, type, schema_version,
  to_char(time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as time,
  data, metadata, encode(hash, 'hex') as hash
from tasker.events
where stream = $1 and version > $2
order by version
limit $3::integer

-- name: readAll
-- Events above a position; position order is commit order, so nothing can appear behind a reader.
select
  position, stream, version, id, type, schema_version,
  to_char(time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as time,
  data, metadata, encode(hash, 'hex') as hash
from tasker.events
where position > $1
order by position
limit $2

-- name: payloads
select digest, text
from tasker.payloads
where stream = $1 and digest = any ($2::text[])

-- name: highestPosition
select coalesce(max(position), 0) as position from tasker.events
