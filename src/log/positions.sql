-- name: highestPosition
select coalesce(max(position), 0) as position from tasker.events

-- name: listen
-- Hints that there is more; the table is the truth.
listen tasker_positions

-- name: notify
-- After the commit and on a connection of its own: inside the append it would take a lock on the whole cluster.
select pg_notify('tasker_positions', $1)

-- name: forgiveCommits
-- A notification that is lost in a crash is nobody's loss, so it does not wait for the disk.
select set_config('synchronous_commit', 'off', false)
