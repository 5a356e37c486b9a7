-- name: dueByKind
-- What is counted is bounded; where there is more, it is more than anybody has to know exactly.
select wanted.kind,
  (select count(*)::int from (select from tasker.due d where d.kind = wanted.kind limit $2) counted) as rows,
  (select d.due_at from tasker.due d where d.kind = wanted.kind order by d.due_at limit 1) as earliest
from unnest($1::text[]) as wanted (kind)

-- name: openTasksByStatus
select counted.status, count(*)::int as count
from (select status from tasker.heads where open limit $1) counted
group by counted.status
order by counted.status

-- name: inboxRows
select count(*)::int as rows from (select from tasker.inbox limit $1) counted
