-- Members of named subscriptions and what they hold.

-- name: defineSubscription
-- With all its partitions, or, where somebody was faster, not at all.
with made as (
  insert into tasker.subscriptions (name, ordered_by, filter) values ($1, $2, $3)
  on conflict do nothing
  returning name
)
insert into tasker.subscription_partitions (subscription, partition, reached)
select made.name, partition, $5::bigint
from made
cross join generate_series(0, $4::integer - 1) as partition

-- name: subscription
select name, ordered_by, filter from tasker.subscriptions where name = $1

-- name: joinSubscription
-- Nobody joins what is not there. Members that are long silent and hold nothing go.
with gone as (
  delete from tasker.subscription_members m
  where m.subscription = $1 and m.expires_at < clock_timestamp() - $4 * interval '1 millisecond'
    and not exists (select from tasker.subscription_partitions p where p.subscription = $1 and p.owner = m.id)
)
insert into tasker.subscription_members (subscription, member, expires_at)
select name, $2, clock_timestamp() + $3 * interval '1 millisecond'
from tasker.subscriptions
where name = $1
returning id

-- name: renewMember
-- One row for each partition that the member holds, or one without.
with me as (
  update tasker.subscription_members
  set expires_at = clock_timestamp() + $2 * interval '1 millisecond'
  where id = $1
  returning id, subscription
)
select s.revision, live.members, live.older, p.partition, p.epoch, p.reached
from me
join tasker.subscriptions s on s.name = me.subscription
cross join lateral (
  select count(*)::integer as members, (count(*) filter (where m.id < me.id))::integer as older
  from tasker.subscription_members m
  where m.subscription = me.subscription and (m.id = me.id or m.expires_at > clock_timestamp())
) live
left join tasker.subscription_partitions p on p.subscription = me.subscription and p.owner = me.id
order by p.partition

-- name: claimPartitions
-- What another member claims in this moment is left to it.
with free as (
  select p.subscription, p.partition
  from tasker.subscription_partitions p
  join tasker.subscription_members me on me.id = $1 and me.subscription = p.subscription
  where not exists (
    select from tasker.subscription_members m where m.id = p.owner and m.expires_at > clock_timestamp()
  )
  order by p.partition
  limit $2
  for update of p skip locked
)
update tasker.subscription_partitions p
set owner = $1, epoch = p.epoch + 1
from free
where p.subscription = free.subscription and p.partition = free.partition
returning p.partition

-- name: advancePartitions
-- In the order of the partitions, so that two members cannot wait for each other.
with mine as (
  select p.subscription, p.partition, moved.reached
  from tasker.subscription_partitions p
  join tasker.subscription_members me on me.id = $1 and me.subscription = p.subscription
  join unnest($2::integer[], $3::bigint[], $4::bigint[]) as moved (partition, epoch, reached)
    on moved.partition = p.partition and moved.epoch = p.epoch
  where p.owner = $1
  order by p.partition
  for update of p
)
update tasker.subscription_partitions p
set reached = greatest(p.reached, mine.reached)
from mine
where p.subscription = mine.subscription and p.partition = mine.partition
returning p.partition

-- name: releasePartitions
with mine as (
  select p.subscription, p.partition, moved.reached
  from tasker.subscription_partitions p
  join tasker.subscription_members me on me.id = $1 and me.subscription = p.subscription
  join unnest($2::integer[], $3::bigint[], $4::bigint[]) as moved (partition, epoch, reached)
    on moved.partition = p.partition and moved.epoch = p.epoch
  where p.owner = $1
  order by p.partition
  for update of p
)
update tasker.subscription_partitions p
set reached = greatest(p.reached, mine.reached), owner = null
from mine
where p.subscription = mine.subscription and p.partition = mine.partition

-- name: leaveSubscription
delete from tasker.subscription_members where id = $1

-- name: lowestReached
select min(reached) as reached from tasker.subscription_partitions where subscription = $1
