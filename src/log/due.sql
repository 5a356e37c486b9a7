-- name: dueBefore
-- Each kind by its own index, then the earliest of all.
select d.stream, d.key, d.kind, d.due_at, d.target, d.priority, d.data
from unnest($1::text[]) as wanted (kind)
cross join lateral (
  select stream, key, kind, due_at, target, priority, data
  from tasker.due
  where kind = wanted.kind and due_at <= $2 and due_at >= $4 and (due_at, stream, key) > ($4, $5, $6)
  order by due_at, stream, key
  limit $3
) d
order by d.due_at, d.stream, d.key
limit $3

-- name: nextDue
select min(d.due_at) as due_at
from unnest($1::text[]) as wanted (kind)
cross join lateral (
  select due_at from tasker.due where kind = wanted.kind order by due_at limit 1
) d
