-- Projections: read models that can be folded anew from the log. Their tables stand in a schema of their own and are
-- made by whoever projects; here is kept how far each of them is, and which are being built beside the one that serves.

create schema tasker_projections;
create schema tasker_rebuilding;

create table tasker.projections (
  name text collate "C" not null,
  -- Of the code that made the table.
  version integer not null,
  -- Counts the tables that have served under the name: whoever wrote to an earlier one finds that it does so no more.
  epoch bigint not null,
  -- The rows are the fold of everything up to here; they are written in the transaction that moves it.
  position bigint not null,
  moved_at timestamptz not null,
  error_code text,
  error_message text,
  error_position bigint,
  failed_at timestamptz,
  constraint projections_name_is_unique primary key (name)
) with (fillfactor = 50);

create table tasker.projection_builds (
  name text collate "C" not null,
  build bigint generated always as identity,
  version integer not null,
  -- Everything up to `goal` is folded task by task; `position` then follows the log.
  goal bigint not null,
  position bigint not null,
  events bigint not null,
  started_at timestamptz not null,
  moved_at timestamptz not null,
  constraint projection_builds_name_is_unique primary key (name)
) with (fillfactor = 50);
