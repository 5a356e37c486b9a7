-- The limit that the engine is held against, and what the server is asked about itself.

-- name: createRawEvents
-- Like the log's table: the same columns and the same two indexes.
create table raw_events (
  position bigint generated always as identity,
  stream text collate "C" not null,
  version integer not null,
  id uuid not null,
  type text collate "C" not null,
  schema_version integer not null,
  time timestamptz(6) not null,
  data text not null,
  metadata text not null,
  hash bytea not null,
  primary key (position),
  unique (stream, version)
)

-- name: dropRawEvents
drop table if exists raw_events

-- name: appendRawEvents
-- One round trip, one commit.
insert into raw_events (stream, version, id, type, schema_version, time, data, metadata, hash)
select * from unnest(
  $1::text[], $2::integer[], $3::uuid[], $4::text[], $5::integer[], $6::timestamptz[], $7::text[], $8::text[], $9::bytea[]
)

-- name: readServer
-- The server's state before and after a measurement.
select
  pg_backend_pid() as backend,
  pg_database_size(current_database())::float8 as database_bytes,
  pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as wal_bytes

-- name: readSettings
select
  current_setting('server_version') as version,
  current_setting('fsync') as fsync,
  current_setting('synchronous_commit') as synchronous_commit,
  current_setting('shared_buffers') as shared_buffers

-- name: flush
-- So that the writes of one measurement are not paid for by the next.
checkpoint

-- name: copyTasks
-- A log of many tasks: the events of one over and over, each time as another task's, a hundred tasks at a time.
insert into tasker.events (stream, version, id, type, schema_version, time, data, metadata, hash)
select
  'task-' || lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000000', e.version, gen_random_uuid(), e.type,
  e.schema_version, e.time, e.data, e.metadata, e.hash
from generate_series(1, $1::integer) n
cross join tasker.events e
order by n / 100, e.version, n
