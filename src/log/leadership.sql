-- name: tryLead
-- A lock of the session: it ends with the connection, whatever becomes of the process.
select pg_try_advisory_lock(hashtextextended('tasker lead ' || $1, 0)) as leads

-- name: resign
select pg_advisory_unlock(hashtextextended('tasker lead ' || $1, 0)) as resigned
