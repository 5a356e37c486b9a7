-- Reading for those who want some of the events. Each statement looks at one bounded piece of the log, so that a filter
-- that lets little through never keeps the database longer than one that lets all through.

-- name: readMatching
-- `looked_to` is how far was looked: between the last event and it nothing matches. Positions up to the highest one are
-- all committed, so nothing can appear behind it. A partition is the first byte of the SHA-256 of the stream's name.
with piece as (
  select least($1::bigint + $2::bigint, coalesce(max(position), $1)) as looked_to from tasker.events
)
select
  piece.looked_to, e.position, e.stream, e.version, e.id, e.type, e.schema_version,
  to_char(e.time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as time,
  e.data, e.metadata, encode(e.hash, 'hex') as hash
from piece
left join lateral (
  select position, stream, version, id, type, schema_version, time, data, metadata, hash
  from tasker.events
  where position > $1 and position <= piece.looked_to
    and ($4::text[] is null or type = any ($4))
    and ($5::bytea is null or get_bit($5, get_byte(sha256(convert_to(stream, 'UTF8')), 0)) = 1)
    and ($6::text is null or metadata::jsonb ->> 'correlation' = $6)
    and (
      ($7::text is null and $8::text is null)
      or exists (
        select from tasker.heads h
        where h.stream = events.stream and ($7 is null or h.namespace = $7) and ($8 is null or h.template = $8)
      )
    )
  order by position
  limit $3
) e on true
order by e.position

-- name: readMatchingOfStream
-- The same of one stream, by its own index: a piece is a number of events, whatever lies between them.
with reached as (
  select coalesce(max(position), $1::bigint) as highest from tasker.events
), piece as (
  select position, stream, version, id, type, schema_version, time, data, metadata, hash
  from tasker.events
  where stream = $2
    and version > coalesce(
      (select v.version from tasker.events v where v.stream = $2 and v.position <= $1 order by v.version desc limit 1), 0
    )
  order by version
  limit $3
)
select
  case when (select count(*) from piece) < $3 then r.highest else (select max(position) from piece) end as looked_to,
  e.position, e.stream, e.version, e.id, e.type, e.schema_version,
  to_char(e.time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as time,
  e.data, e.metadata, encode(e.hash, 'hex') as hash
from reached r
left join piece e on ($4::text[] is null or e.type = any ($4))
  and ($5::text is null or e.metadata::jsonb ->> 'correlation' = $5)
  and (
    ($6::text is null and $7::text is null)
    or exists (
      select from tasker.heads h
      where h.stream = e.stream and ($6 is null or h.namespace = $6) and ($7 is null or h.template = $7)
    )
  )
order by e.version
