-- What people ask about named subscriptions, and settle by hand.

-- name: listSubscriptions
-- What holds its task holds the checkpoint. The age is that of the first event above the checkpoint.
with head as (
  select coalesce(max(position), 0) as position from tasker.events
), standing as (
  select
    s.name, s.ordered_by, s.filter,
    (select min(p.reached) from tasker.subscription_partitions p where p.subscription = s.name) as reached,
    (
      select min(f.position) from tasker.subscription_faults f
      where f.subscription = s.name and (f.holds or f.state <> 'parked')
    ) as first_fault,
    (
      select count(*)::integer from tasker.subscription_members m
      where m.subscription = s.name and m.expires_at > clock_timestamp()
    ) as members,
    (
      select count(*)::integer from tasker.subscription_faults f
      where f.subscription = s.name and f.state <> 'parked'
    ) as retrying,
    (
      select count(*)::integer from tasker.subscription_faults f
      where f.subscription = s.name and f.state = 'parked'
    ) as parked
  from tasker.subscriptions s
), checked as (
  select s.*, least(s.reached, s.first_fault - 1) as checkpoint from standing s
)
select
  c.name, c.ordered_by, c.filter, c.members, c.reached, c.checkpoint, c.retrying, c.parked,
  greatest(0, head.position - c.reached) as lag,
  coalesce(greatest(0, extract(epoch from clock_timestamp() - e.time) * 1000), 0)::float8 as age_ms
from checked c
cross join head
left join lateral (
  select time from tasker.events where position > c.checkpoint order by position limit 1
) e on true
order by c.name

-- name: subscriptionExists
select exists (select from tasker.subscriptions where name = $1) as exist

-- name: parkedEvents
select
  f.position, f.stream, e.version, e.type, f.attempts, f.code, f.message, f.holds,
  to_char(e.time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as time,
  to_char(f.changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as parked_at
from tasker.subscription_faults f
left join tasker.events e on e.position = f.position
where f.subscription = $1 and f.state = 'parked' and f.position > $2
order by f.position
limit $3

-- name: settleParked
-- Members see by the revision that they must look.
with chosen as (
  update tasker.subscription_faults
  set state = $2, attempts = 0, due_at = clock_timestamp(), changed_at = clock_timestamp()
  where subscription = $1 and state = 'parked'
    and ($3::text is null or stream = $3) and ($4::bigint is null or position = $4)
  returning position
), told as (
  update tasker.subscriptions set revision = revision + 1
  where name = $1 and exists (select from chosen)
)
select count(*)::integer as settled from chosen

-- name: removeSubscription
delete from tasker.subscriptions where name = $1 returning name
