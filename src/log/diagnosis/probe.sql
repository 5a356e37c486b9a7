-- What `tasker doctor` asks a database. No parameters: what is asked plainly works through every kind of pooler.

-- name: look
select
  pg_backend_pid() as backend,
  current_setting('server_version_num')::integer as version,
  current_setting('fsync') as fsync,
  current_setting('synchronous_commit') as synchronous_commit

-- name: backend
select pg_backend_pid() as backend

-- name: begin
begin

-- name: rollback
rollback
