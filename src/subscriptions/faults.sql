-- Events that failed. A fault and the step forward that leaves it behind are one statement.

-- name: partitionFaults
-- What is parked and holds nothing is nobody's work.
select
  partition, position, stream, state, holds, attempts, code, message,
  greatest(0, extract(epoch from due_at - clock_timestamp()) * 1000)::float8 as due_in_ms
from tasker.subscription_faults
where subscription = $1 and partition = any ($2::integer[]) and (holds or state <> 'parked')
order by position

-- name: settlePartition
-- Moves a partition, if it is still its owner's in that epoch, and with it what is settled and what failed. What is
-- settled goes first (the insert reads its count): a task is held by one event at a time.
with mine as (
  update tasker.subscription_partitions p
  set reached = greatest(p.reached, $4)
  from tasker.subscription_members me
  where me.id = $1 and p.subscription = me.subscription and p.partition = $2 and p.owner = $1 and p.epoch = $3
  returning p.subscription, p.partition
), settled as (
  delete from tasker.subscription_faults f
  using mine
  where f.subscription = mine.subscription and f.position = $5
  returning f.position
), put as (
  insert into tasker.subscription_faults as f
    (subscription, position, partition, stream, state, holds, attempts, due_at, code, message, changed_at)
  select
    mine.subscription, n.position, mine.partition, n.stream, n.state, n.holds, n.attempts,
    clock_timestamp() + n.due_in_ms * interval '1 millisecond', n.code, n.message, clock_timestamp()
  from mine
  cross join (select count(*) from settled) as before
  cross join unnest($6::bigint[], $7::text[], $8::text[], $9::boolean[], $10::integer[], $11::float8[], $12::text[], $13::text[])
    with ordinality as n (position, stream, state, holds, attempts, due_in_ms, code, message, place)
  order by n.place
  on conflict (subscription, position) do update
  set state = excluded.state, holds = excluded.holds, attempts = excluded.attempts, due_at = excluded.due_at,
    code = excluded.code, message = excluded.message, changed_at = excluded.changed_at
)
-- From here to the commit is one step: a process that stops in between must not keep the partition from the others.
select partition, set_config('idle_in_transaction_session_timeout', $14, true) as patience from mine
