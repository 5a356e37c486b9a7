-- A store of many tasks, made of a few that really ran: their events and rows over and over, each time as another task's.
-- The names of tables and columns are put in where `:"name"` stands.

-- name: createCopies
-- Which task stands for which, and how much later it happened: spread evenly over the last ninety days. A share of
-- `weight` in a hundred of all is copies of this one. Ids are uuid v7 of their time, as real ones.
create unlogged table public.bench_copies (
  sample uuid not null,
  task uuid not null,
  shift interval not null,
  number integer not null
)

-- name: addCopies
insert into public.bench_copies (sample, task, shift, number)
select $1::uuid,
  (
    substr(hex, 1, 8) || '-' || substr(hex, 9, 4) || '-7' || substr(md5(n::text || $1), 1, 3) || '-8'
      || substr(md5(n::text || $1), 4, 3) || '-' || substr(md5(n::text || $1), 7, 12)
  )::uuid,
  make_interval(secs => (ms - $4::bigint) / 1000.0),
  n
from (
  select n, ms, lpad(to_hex(ms), 12, '0') as hex
  from generate_series(1, $2::integer) n
  cross join lateral (select $3::bigint - (n::bigint * 7776000000 / $2::integer) as ms) at
) one

-- name: indexCopies
create index on public.bench_copies (sample)

-- name: copyEvents
insert into tasker.events (stream, version, id, type, schema_version, time, data, metadata, hash)
select 'task-' || c.task, e.version, gen_random_uuid(), e.type, e.schema_version, e.time + c.shift, e.data, e.metadata, e.hash
from public.bench_copies c
join tasker.events e on e.stream = 'task-' || c.sample
where c.number > $1 and c.number <= $2

-- name: copyPayloads
insert into tasker.payloads (stream, digest, text)
select 'task-' || c.task, p.digest, p.text
from public.bench_copies c
join tasker.payloads p on p.stream = 'task-' || c.sample

-- name: copyHeads
insert into tasker.heads (stream, version, hash, status, namespace, template, open, holders)
select 'task-' || c.task, h.version, h.hash, h.status, h.namespace, h.template || '_' || (c.number % 12), false, '{}'
from public.bench_copies c
join tasker.heads h on h.stream = 'task-' || c.sample

-- name: columnsOf
select a.attname as name, format_type(a.atttypid, null) as type
from pg_attribute a
where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped
order by a.attnum

-- name: copyRows
insert into tasker_projections.:"table" (:"columns")
select :"values"
from public.bench_copies c
join tasker_projections.:"table" r on r.task = c.sample

-- name: countTasks
insert into tasker_projections.task_counts (namespace, template, status, tasks)
select namespace, template, status, count(*)
from tasker_projections.task_summaries
group by namespace, template, status
on conflict (namespace, template, status) do update set tasks = excluded.tasks

-- name: copyTotals
-- A line for each of the names under which the copies go.
insert into tasker_projections.template_performance
select p.namespace, p.template || '_' || n, p.template_version, p.created, p.complete, p.error, p.cancelled,
  p.resolved_manually, p.blocked, p.steps, p.failed_attempts, p.planner_calls, p.tokens, p.cost_micro_usd, p.duration_ms,
  p.up_to_10_ms, p.up_to_100_ms, p.up_to_1_s, p.up_to_10_s, p.up_to_1_min, p.up_to_10_min, p.up_to_1_h, p.longer
from tasker_projections.template_performance p
cross join generate_series(0, 11) n

-- name: moveToEnd
-- Nobody projects what the rows show already.
update tasker.projections set position = (select coalesce(max(position), 0) from tasker.events)

-- name: analyze
analyze

-- name: sizes
select
  (select count(*) from tasker.events) as events,
  (select count(*) from tasker_projections.task_summaries) as tasks
