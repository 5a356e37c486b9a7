-- name: table
-- One row for each call of a planner, and for each proposal of a person's own.
create table planning_decisions (
  task uuid not null,
  -- Of the event that asked, or by which a person proposed.
  version integer not null,
  step text collate "C" not null,
  attempt integer not null,
  call integer not null,
  revision integer,
  -- Who proposes: planner or person; and which.
  by text collate "C" not null,
  provider text,
  model text,
  -- asked, proposed, accepted, rejected, failed, or unanswered.
  status text collate "C" not null,
  asked_at timestamptz(6) not null,
  answered_at timestamptz(6),
  judged_at timestamptz(6),
  prompt_digest text,
  context_digest text,
  vocabulary_digest text,
  fragment_digest text,
  reasoning text,
  stop_reason text,
  findings integer not null,
  finding_codes text[] not null,
  steps_created integer not null,
  input_tokens bigint not null,
  output_tokens bigint not null,
  cache_read_tokens bigint not null,
  cache_write_tokens bigint not null,
  cost_usd double precision not null,
  error_code text,
  error_message text,
  -- Taken over by a fork: it was asked, answered and paid for in another task.
  copied boolean not null,
  constraint planning_decisions_event_is_unique_in_its_task primary key (task, version)
)

-- name: indexes
create index planning_decisions_by_time on planning_decisions (asked_at desc, task desc, version desc);
create index planning_decisions_by_status on planning_decisions (status, asked_at desc, task desc, version desc)
