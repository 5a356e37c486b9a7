-- What `tasker doctor` asks a database. No parameters: what is asked plainly works through every kind of pooler.

-- name: look
select
  pg_backend_pid() as backend,
  extract(epoch from clock_timestamp())::double precision * 1000 as now_ms,
  current_setting('server_version_num')::integer as version,
  current_setting('fsync') as fsync,
  current_setting('synchronous_commit') as synchronous_commit,
  has_database_privilege(current_database(), 'create') as may_create_schema,
  coalesce((select rolcreatedb or rolsuper from pg_roles where rolname = current_user), false) as may_create_database,
  exists (select from pg_database where datname = current_database() || '_queue') as has_queue_database

-- name: activeKeys
select count(*)::integer as keys
from tasker.api_keys
where revoked_at is null
  and (expires_at is null or expires_at > extract(epoch from statement_timestamp()) * 1000)

-- name: backend
select pg_backend_pid() as backend

-- name: begin
begin

-- name: rollback
rollback
