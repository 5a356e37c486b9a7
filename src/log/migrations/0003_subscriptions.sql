-- Subscriptions with a name: who shares them, how far each partition is, and which events failed. Times are this
-- database's clock.

create table tasker.subscriptions (
  name text collate "C" not null,
  ordered_by text collate "C" not null,
  filter text not null,
  -- Counts what was settled by hand, so that members see that they must look.
  revision bigint not null default 0,
  created_at timestamptz not null default clock_timestamp(),
  constraint subscriptions_name_is_unique primary key (name),
  constraint subscriptions_order_is_known check (ordered_by in ('position', 'task'))
);

create table tasker.subscription_members (
  id bigint generated always as identity,
  subscription text collate "C" not null,
  member text not null,
  expires_at timestamptz not null,
  constraint subscription_members_id_is_unique primary key (id),
  constraint subscription_members_belong_to_a_subscription
    foreign key (subscription) references tasker.subscriptions (name) on delete cascade
) with (fillfactor = 50);

create index subscription_members_by_subscription on tasker.subscription_members (subscription);

-- One row for a subscription in position order, 256 for one in task order. Every event of the partition up to `reached`
-- is acknowledged, or stands among the faults. `epoch` counts the owners.
create table tasker.subscription_partitions (
  subscription text collate "C" not null,
  partition integer not null,
  reached bigint not null,
  owner bigint,
  epoch bigint not null default 0,
  constraint subscription_partitions_are_unique primary key (subscription, partition),
  constraint subscription_partitions_are_bytes check (partition between 0 and 255),
  constraint subscription_partitions_belong_to_a_subscription
    foreign key (subscription) references tasker.subscriptions (name) on delete cascade
) with (fillfactor = 30, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);

create table tasker.subscription_faults (
  subscription text collate "C" not null,
  position bigint not null,
  partition integer not null,
  stream text collate "C" not null,
  state text collate "C" not null,
  holds boolean not null,
  attempts integer not null,
  due_at timestamptz not null,
  code text not null,
  message text not null,
  changed_at timestamptz not null,
  constraint subscription_faults_are_unique primary key (subscription, position),
  constraint subscription_faults_state_is_known check (state in ('retrying', 'parked', 'skipped')),
  constraint subscription_faults_belong_to_a_subscription
    foreign key (subscription) references tasker.subscriptions (name) on delete cascade
);

-- One event holds a task at a time.
create unique index subscription_faults_hold_a_task_once on tasker.subscription_faults (subscription, stream) where holds;
create index subscription_faults_by_partition on tasker.subscription_faults (subscription, partition)
  where holds or state <> 'parked';
