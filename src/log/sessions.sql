-- Sessions live by this database's clock. Their rows are never removed, so that none can be mistaken for another.

-- name: openSession
insert into tasker.sessions (worker, queues, expires_at, handlers)
values ($1, $2::text[], clock_timestamp() + $3 * interval '1 millisecond', $4::text[])
returning id

-- name: renewSession
-- Renews, and answers what the worker has to know: what to abort, and who else is there. A session that nobody has
-- declared lost may be renewed even after its time.
with renewed as (
  update tasker.sessions
  set expires_at = clock_timestamp() + $2 * interval '1 millisecond'
  where id = $1 and not ended
  returning id, worker, queues, handlers
)
select 'self' as kind, id, worker, queues, handlers, null as stream, null as key, null as data
from renewed
union all
select 'other', id, worker, queues, handlers, null, null, null
from tasker.sessions
where not ended and expires_at > clock_timestamp() and id <> $1
union all
select 'abort', null, null, null, null, stream, key, data
from tasker.due
where kind = 'abort' and target = $1::text

-- name: liveSessions
select id, worker, queues, handlers
from tasker.sessions
where not ended and expires_at > clock_timestamp()
order by id

-- name: endSession
update tasker.sessions set ended = true where id = $1

-- name: expiredSessions
select s.id as session, array_agg(h.stream order by h.stream) as streams
from tasker.heads h
cross join lateral unnest(h.holders) as holder (session)
join tasker.sessions s on s.id = holder.session
where h.open and (s.ended or s.expires_at <= clock_timestamp())
group by s.id
order by s.id
