-- name: openGates
select count(*)::int as open,
  coalesce(extract(epoch from clock_timestamp() - min(opened_at)), 0)::float8 as oldest
from tasker_projections.gates
where status = 'open'

-- name: deadLettersThatWait
select count(*)::int as waiting
from tasker_projections.dead_letters
where ended_at is null
