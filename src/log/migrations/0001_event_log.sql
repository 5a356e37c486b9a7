-- The event log and what an append writes beside it. Only `append` (0002) writes events and heads.

create table tasker.events (
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
  constraint events_position_is_unique primary key (position),
  constraint events_version_is_unique_in_its_stream unique (stream, version),
  constraint events_versions_start_at_1 check (version >= 1),
  constraint events_schema_versions_start_at_1 check (schema_version >= 1),
  constraint events_type_is_named check (type <> ''),
  constraint events_hash_is_sha256 check (octet_length(hash) = 32)
);

-- The record cannot be rewritten, not even by the owner's ordinary session or by a replica's.
create function tasker.refuse_change_of_events() returns trigger language plpgsql as $$
begin
  raise exception 'events are never changed or removed (% refused)', lower(tg_op)
    using errcode = 'restrict_violation', constraint = 'events_are_immutable', table = tg_table_name, schema = tg_table_schema;
end
$$;

create trigger events_are_immutable before update or delete or truncate on tasker.events
  for each statement execute function tasker.refuse_change_of_events();
alter table tasker.events enable always trigger events_are_immutable;

-- One row a stream, rewritten by each append: no indexed column changes while a task is open, so that updates stay
-- within their page.
create table tasker.heads (
  stream text collate "C" not null,
  version integer not null,
  hash bytea not null,
  status text collate "C" not null,
  namespace text collate "C" not null,
  template text collate "C" not null,
  open boolean not null,
  holders bigint[] not null,
  constraint heads_stream_is_unique primary key (stream),
  constraint heads_versions_start_at_1 check (version >= 1),
  constraint heads_stream_is_a_name check (octet_length(stream) between 1 and 255),
  constraint heads_hash_is_sha256 check (octet_length(hash) = 32)
) with (fillfactor = 50);

create index heads_open on tasker.heads (stream) where open;

create table tasker.payloads (
  stream text collate "C" not null,
  digest text collate "C" not null,
  text text not null,
  constraint payloads_are_stored_once_a_stream primary key (stream, digest),
  constraint payloads_match_their_digest
    check (digest = 'sha256:' || encode(sha256(convert_to(text, 'UTF8')), 'hex'))
);

create table tasker.identities (
  key text collate "C" not null,
  stream text collate "C" not null,
  constraint identities_key_is_unique primary key (key)
);

-- What has to happen at a time; a row lives from the event that made it until the one that settles it.
create table tasker.due (
  stream text collate "C" not null,
  key text collate "C" not null,
  kind text collate "C" not null,
  due_at bigint not null,
  target text collate "C",
  priority integer not null,
  data text not null,
  constraint due_key_is_unique_in_its_stream primary key (stream, key),
  constraint due_kind_is_known
    check (kind in ('queue', 'retry', 'timer', 'gate', 'deadline', 'abort', 'command'))
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);

create index due_by_time on tasker.due (kind, due_at);
create index due_aborts_by_session on tasker.due (target) where kind = 'abort';

-- A worker's lease on everything that it runs; times are this database's clock.
create table tasker.sessions (
  id bigint generated always as identity,
  worker text not null,
  queues text[] not null,
  expires_at timestamptz not null,
  ended boolean not null default false,
  constraint sessions_id_is_unique primary key (id)
) with (fillfactor = 50);

-- Commands that a user's own transaction left for the engine.
create table tasker.inbox (
  id bigint generated always as identity,
  kind text not null,
  stream text collate "C",
  data text not null,
  constraint inbox_id_is_unique primary key (id)
);

-- Folded states, disposable at any time.
create table tasker.snapshots (
  stream text collate "C" not null,
  evolve_digest text collate "C" not null,
  version integer not null,
  hash bytea not null,
  state text not null,
  constraint snapshots_are_one_a_stream_and_evolve primary key (stream, evolve_digest)
);
