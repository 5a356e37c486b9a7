-- name: deadLetterStreams
-- Streams of tasks that may be dead letters: the last of the events that make one, or end that, is one that makes one.
-- The fold has the last word. The types are those of the index, spelt out so that it serves.
select last.stream
from (
  select distinct on (e.stream) e.stream, e.type
  from tasker.events e
  where e.type in ('task-blocked', 'task-failed', 'deadline-passed', 'dead-letter-resolved', 'task-reopened')
    and ($1::text is null or e.stream > $1)
  order by e.stream, e.version desc
) last
join tasker.heads h on h.stream = last.stream
where last.type in ('task-blocked', 'task-failed', 'deadline-passed')
  and h.status not in ('complete', 'cancelled', 'resolved_manually')
order by last.stream
limit $2
