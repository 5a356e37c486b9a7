-- name: listen
-- Hints that there is more; the table is the truth.
listen tasker_positions

-- name: notify
select pg_notify('tasker_positions', $1)

-- name: forgiveCommits
-- A notification that is lost in a crash is nobody's loss, so it does not wait for the disk.
select set_config('synchronous_commit', 'off', false)
